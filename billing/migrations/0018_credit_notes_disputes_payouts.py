"""Credit notes with their lines, disputes, movements of the balance, and payouts."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from audit.tenancy import staff_rows, tenant_rows


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0017_pace_of_stripe"),
    ]

    operations = [
        migrations.CreateModel(
            name="BalanceTransaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stripe_id", models.CharField(max_length=255, unique=True)),
                ("type", models.CharField(max_length=64)),
                ("reporting_category", models.CharField(blank=True, default="", max_length=64)),
                ("status", models.CharField(max_length=16)),
                ("source_id", models.CharField(blank=True, default="", max_length=255)),
                ("amount", models.BigIntegerField()),
                ("fee", models.BigIntegerField(default=0)),
                ("net", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("exchange_rate", models.CharField(blank=True, default="", max_length=40)),
                ("available_on", models.DateTimeField(null=True)),
                ("payout_id", models.CharField(blank=True, default="", max_length=255)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["source_id"], name="balance_transaction_source"),
                    models.Index(fields=["payout_id"], name="balance_transaction_payout"),
                    models.Index(fields=["-created_at", "-id"], name="balance_transaction_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["pending", "available"])), name="balance_transaction_status"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[a-z]{3}$")), name="balance_transaction_currency"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "net",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("amount"), "-", models.F("fee")
                                ),
                            )
                        ),
                        name="balance_transaction_net",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CreditNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stripe_id", models.CharField(max_length=255, unique=True)),
                ("number", models.CharField(blank=True, default="", max_length=64)),
                ("status", models.CharField(choices=[("issued", "Issued"), ("void", "Void")], max_length=16)),
                ("type", models.CharField(blank=True, default="", max_length=16)),
                ("reason", models.CharField(blank=True, default="", max_length=64)),
                ("memo", models.TextField(blank=True, default="")),
                ("currency", models.CharField(max_length=3)),
                ("subtotal", models.BigIntegerField()),
                ("discount", models.BigIntegerField(default=0)),
                ("tax", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField()),
                ("pre_payment_amount", models.BigIntegerField(default=0)),
                ("post_payment_amount", models.BigIntegerField(default=0)),
                ("out_of_band_amount", models.BigIntegerField(default=0)),
                ("customer_balance_transaction_id", models.CharField(blank=True, default="", max_length=255)),
                ("refund_ids", models.JSONField(default=list)),
                ("effective_at", models.DateTimeField(null=True)),
                ("voided_at", models.DateTimeField(null=True)),
                ("metadata", models.JSONField(default=dict)),
                ("livemode", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                (
                    "invoice",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="credit_notes",
                        to="billing.invoice",
                        to_field="stripe_id",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.organization"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CreditNoteLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stripe_id", models.CharField(max_length=255, unique=True)),
                ("position", models.PositiveIntegerField(default=0)),
                ("type", models.CharField(max_length=32)),
                ("description", models.TextField(blank=True, default="")),
                ("amount", models.BigIntegerField()),
                ("quantity", models.BigIntegerField(null=True)),
                ("unit_amount_decimal", models.CharField(blank=True, default="", max_length=40)),
                ("invoice_line_id", models.CharField(blank=True, default="", max_length=255)),
                ("tax", models.BigIntegerField(default=0)),
                ("discount", models.BigIntegerField(default=0)),
                (
                    "credit_note",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="lines",
                        to="billing.creditnote",
                        to_field="stripe_id",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.organization"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stripe_id", models.CharField(max_length=255, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("warning_needs_response", "Warning needs response"),
                            ("warning_under_review", "Warning under review"),
                            ("warning_closed", "Warning closed"),
                            ("needs_response", "Needs response"),
                            ("under_review", "Under review"),
                            ("won", "Won"),
                            ("lost", "Lost"),
                            ("prevented", "Prevented"),
                        ],
                        max_length=32,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=64)),
                ("network_reason_code", models.CharField(blank=True, default="", max_length=32)),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("is_charge_refundable", models.BooleanField(default=False)),
                ("evidence_due_at", models.DateTimeField(null=True)),
                ("has_evidence", models.BooleanField(default=False)),
                ("submission_count", models.PositiveIntegerField(default=0)),
                ("balance_transaction_ids", models.JSONField(default=list)),
                ("metadata", models.JSONField(default=dict)),
                ("livemode", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                (
                    "attempt",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="disputes",
                        to="billing.paymentattempt",
                        to_field="stripe_id",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.organization"
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="disputes",
                        to="billing.payment",
                        to_field="stripe_id",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stripe_id", models.CharField(max_length=255, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("in_transit", "In transit"),
                            ("paid", "Paid"),
                            ("canceled", "Canceled"),
                            ("failed", "Failed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("automatic", models.BooleanField(default=True)),
                ("method", models.CharField(blank=True, default="", max_length=32)),
                ("reconciliation_status", models.CharField(blank=True, default="", max_length=32)),
                ("balance_transaction_id", models.CharField(blank=True, default="", max_length=255)),
                ("failure_balance_transaction_id", models.CharField(blank=True, default="", max_length=255)),
                ("failure_code", models.CharField(blank=True, default="", max_length=64)),
                ("arrives_at", models.DateTimeField(null=True)),
                ("metadata", models.JSONField(default=dict)),
                ("livemode", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["-created_at", "-id"], name="payout_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["pending", "in_transit", "paid", "canceled", "failed"])),
                        name="payout_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[a-z]{3}$")), name="payout_currency"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="creditnote",
            index=models.Index(fields=["organization", "-created_at"], name="credit_note_organization"),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["issued", "void"])), name="credit_note_status"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[a-z]{3}$")), name="credit_note_currency"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("total__gte", 0), ("pre_payment_amount__gte", 0), ("post_payment_amount__gte", 0)),
                name="credit_note_amounts",
            ),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["organization", "-created_at"], name="dispute_organization"),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["status", "evidence_due_at", "id"], name="dispute_due"),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "warning_needs_response",
                            "warning_under_review",
                            "warning_closed",
                            "needs_response",
                            "under_review",
                            "won",
                            "lost",
                            "prevented",
                        ],
                    )
                ),
                name="dispute_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[a-z]{3}$")), name="dispute_currency"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="dispute_amount"),
        ),
        tenant_rows("billing_creditnote", "billing_creditnoteline", "billing_dispute"),
        staff_rows("billing_balancetransaction", "billing_payout"),
    ]
