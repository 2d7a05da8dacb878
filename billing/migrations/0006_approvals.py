"""A second person approves what moves much money; what was asked for cannot be changed afterwards."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import billing.domain.ids
from audit.tenancy import staff_rows

FORWARD = """
CREATE FUNCTION billing_approval_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'approvals are kept: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (NEW.public_id, NEW.organization_id, NEW.verb, NEW.target_type, NEW.target_id, NEW.parameters, NEW.amount,
        NEW.currency, NEW.facts, NEW.digest, NEW.asked_by_kind, NEW.asked_by_id, NEW.asked_at, NEW.expires_at)
       IS DISTINCT FROM
       (OLD.public_id, OLD.organization_id, OLD.verb, OLD.target_type, OLD.target_id, OLD.parameters, OLD.amount,
        OLD.currency, OLD.facts, OLD.digest, OLD.asked_by_kind, OLD.asked_by_id, OLD.asked_at, OLD.expires_at)
    THEN
        RAISE EXCEPTION 'what an approval asks for does not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (OLD.command_id IS NOT NULL AND NEW.command_id IS DISTINCT FROM OLD.command_id)
       OR (OLD.decided_by_id <> '' AND NEW.decided_by_id <> OLD.decided_by_id)
       OR (NEW.status <> OLD.status AND NOT (
            (OLD.status = 'asked' AND NEW.status IN ('approved', 'declined', 'expired', 'failed'))
            OR (OLD.status = 'approved' AND NEW.status IN ('executed', 'failed'))))
    THEN
        RAISE EXCEPTION 'an approval that is % takes no such step', OLD.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_approval_guard BEFORE UPDATE OR DELETE ON billing_approval
    FOR EACH ROW EXECUTE FUNCTION billing_approval_guard();
-- ALWAYS: fires in replica mode as well
ALTER TABLE billing_approval ENABLE ALWAYS TRIGGER billing_approval_guard;
"""
REVERSE = """
DROP TRIGGER billing_approval_guard ON billing_approval;
DROP FUNCTION billing_approval_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0005_row_security"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="payment",
            options={"permissions": [("refund_payment", "Can give a payment back")]},
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=billing.domain.ids.new_approval_id, max_length=64, unique=True)),
                ("verb", models.CharField(max_length=64)),
                ("target_type", models.CharField(max_length=64)),
                ("target_id", models.CharField(max_length=255)),
                ("parameters", models.JSONField(default=dict)),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("facts", models.JSONField(default=dict)),
                ("digest", models.CharField(max_length=64)),
                ("reason", models.TextField()),
                ("asked_by_kind", models.CharField(max_length=16)),
                ("asked_by_id", models.CharField(max_length=128)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("approved", "Approved"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("executed", "Executed"),
                            ("failed", "Failed"),
                        ],
                        default="asked",
                        max_length=16,
                    ),
                ),
                ("decided_by_id", models.CharField(blank=True, default="", max_length=128)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_reason", models.TextField(blank=True, default="")),
                ("executed_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=255)),
                (
                    "command",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.stripecommand",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.organization",
                    ),
                ),
            ],
            options={
                "permissions": [("decide_approval", "Can approve or decline what others ask for")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "asked")), fields=["expires_at", "id"], name="approval_open"
                    ),
                    models.Index(
                        condition=models.Q(("status", "approved")), fields=["decided_at", "id"], name="approval_running"
                    ),
                    models.Index(fields=["-asked_at", "-id"], name="approval_newest"),
                    models.Index(fields=["asked_by_id", "-asked_at", "-id"], name="approval_asker"),
                    models.Index(fields=["target_type", "target_id", "-id"], name="approval_target"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["asked", "approved", "declined", "expired", "executed", "failed"])
                        ),
                        name="approval_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[a-z]{3}$")), name="approval_currency"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="approval_amount"),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="approval_digest"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("asked_at"))), name="approval_deadline"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_by_id", models.F("asked_by_id")), _negated=True),
                        name="approval_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by_id", ""), ("status__in", ["asked", "expired"])),
                            models.Q(
                                models.Q(("status__in", ["asked", "expired"]), _negated=True),
                                models.Q(("decided_by_id", ""), _negated=True),
                                ("decided_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="approval_decision_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["approved", "executed"]), _negated=True),
                            ("decided_at__lt", models.F("expires_at")),
                            _connector="OR",
                        ),
                        name="approval_in_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("executed_at__isnull", False), ("status", "executed")),
                            models.Q(models.Q(("status", "executed"), _negated=True), ("executed_at", None)),
                            _connector="OR",
                        ),
                        name="approval_executed_whole",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "asked")),
                        fields=("verb", "target_type", "target_id", "digest"),
                        name="approval_one_open",
                    ),
                ],
            },
        ),
        staff_rows("billing_approval"),
        migrations.RunSQL(FORWARD, REVERSE),
    ]
