"""Runs of the reconciliation with Stripe, what they found, and the view of it for operators."""

import django.db.models.deletion
import django.db.models.fields.json
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import billing.domain.ids
from audit.tenancy import staff_rows

# What went wrong, one line each: differences from Stripe, events and writes that failed
VIEW = """
CREATE VIEW billing_audit WITH (security_invoker = true) AS
SELECT 'discrepancy.' || d.kind AS event_type, d.found_at AS occurred_at, d.organization_id, d.object_type,
    d.stripe_id AS object_id, d.field, d.status, d.amount, d.currency, r.public_id AS run,
    coalesce('here ' || d.here::text || ', there ' || d.there::text, '') AS detail
FROM billing_discrepancy d JOIN billing_reconciliationrun r ON r.id = d.run_id
UNION ALL
SELECT 'error.webhook', w.received_at, w.organization_id, w.event_type, w.stripe_event_id, '', w.status, 0, '', '',
    w.error_code
FROM billing_webhookevent w WHERE w.status IN ('failed', 'dead', 'quarantined')
UNION ALL
SELECT 'error.command', c.created_at, c.organization_id, c.operation, c.public_id, '', c.status, 0, '', '', c.error_code
FROM billing_stripecommand c WHERE c.status IN ('failed', 'unknown')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0018_credit_notes_disputes_payouts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Discrepancy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_type", models.CharField(max_length=64)),
                ("stripe_id", models.CharField(max_length=255)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("missing_here", "Missing Here"),
                            ("missing_there", "Missing There"),
                            ("field_differs", "Field Differs"),
                            ("amount_differs", "Amount Differs"),
                            ("effect_missing", "Effect Missing"),
                        ],
                        max_length=16,
                    ),
                ),
                ("field", models.CharField(blank=True, default="", max_length=128)),
                ("here", models.JSONField(null=True)),
                ("there", models.JSONField(null=True)),
                ("amount", models.BigIntegerField(default=0)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("healed", "Healed"),
                            ("resolved", "Resolved"),
                            ("ignored", "Ignored"),
                        ],
                        default="open",
                        max_length=16,
                    ),
                ),
                ("resolved_by_id", models.CharField(blank=True, default="", max_length=128)),
                ("resolved_at", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True, default="")),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name_plural": "discrepancies",
            },
        ),
        migrations.CreateModel(
            name="ReconciliationRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=billing.domain.ids.new_reconciliation_id, max_length=64, unique=True),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("asked", "Asked"), ("running", "Running"), ("done", "Done")],
                        default="asked",
                        max_length=16,
                    ),
                ),
                ("full", models.BooleanField(default=False)),
                ("nouns", models.JSONField(default=list)),
                ("since", models.DateTimeField(null=True)),
                ("asked_by_kind", models.CharField(max_length=16)),
                ("asked_by_id", models.CharField(max_length=128)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("progress", models.JSONField(default=dict)),
                ("watermarks", models.JSONField(default=dict)),
                ("tallies", models.JSONField(default=dict)),
                ("billed", models.JSONField(default=dict)),
                ("misbilled", models.JSONField(default=dict)),
                ("left", models.JSONField(default=dict)),
                ("stripe_calls", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.AddIndex(
            model_name="stripeobject",
            index=models.Index(
                models.F("object_type"),
                django.db.models.functions.comparison.Cast(
                    django.db.models.fields.json.KeyTextTransform("created", "snapshot"), models.BigIntegerField()
                ),
                name="stripe_object_created",
            ),
        ),
        migrations.AddField(
            model_name="discrepancy",
            name="organization",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.organization"
            ),
        ),
        migrations.AddField(
            model_name="discrepancy",
            name="owner",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="reconciliationrun",
            index=models.Index(fields=["-asked_at", "-id"], name="reconciliation_newest"),
        ),
        migrations.AddConstraint(
            model_name="reconciliationrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["asked", "running", "done"])), name="reconciliation_status"
            ),
        ),
        migrations.AddConstraint(
            model_name="reconciliationrun",
            constraint=models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(("status__in", ["asked", "running"])),
                name="reconciliation_one_unfinished",
            ),
        ),
        migrations.AddField(
            model_name="discrepancy",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="discrepancies",
                to="billing.reconciliationrun",
            ),
        ),
        migrations.AddIndex(
            model_name="discrepancy",
            index=models.Index(fields=["-found_at", "-id"], name="discrepancy_newest"),
        ),
        migrations.AddIndex(
            model_name="discrepancy",
            index=models.Index(fields=["run", "id"], name="discrepancy_run"),
        ),
        migrations.AddIndex(
            model_name="discrepancy",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["-amount", "-id"], name="discrepancy_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="discrepancy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["missing_here", "missing_there", "field_differs", "amount_differs", "effect_missing"])
                ),
                name="discrepancy_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="discrepancy",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "healed", "resolved", "ignored"])), name="discrepancy_status"
            ),
        ),
        migrations.AddConstraint(
            model_name="discrepancy",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="discrepancy_amount"),
        ),
        migrations.AddConstraint(
            model_name="discrepancy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")),
                fields=("stripe_id", "kind", "field"),
                name="discrepancy_one_open",
            ),
        ),
        staff_rows("billing_reconciliationrun", "billing_discrepancy"),
        migrations.RunSQL(VIEW, "DROP VIEW billing_audit"),
    ]
