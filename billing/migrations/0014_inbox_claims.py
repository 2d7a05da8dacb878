"""Claims with a lease, the history of attempts, and letters for what was given up."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from audit.tenancy import staff_rows

LETTERS_OF_THE_DEAD = """
INSERT INTO billing_deadletter (event_id, status, died_at, attempts, error_code, error_message, snooze_reason,
    closed_by_kind, closed_by_id, close_reason)
SELECT id, 'open', next_retry_at, retry_count, error_code, error_message, '', '', '', '' FROM billing_webhookevent
WHERE status = 'dead'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0013_job_runs"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeadLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("replayed", "Replayed"), ("discarded", "Discarded")],
                        default="open",
                        max_length=16,
                    ),
                ),
                ("died_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("attempts", models.PositiveIntegerField()),
                ("error_code", models.CharField(max_length=128)),
                ("error_message", models.TextField(blank=True, default="")),
                ("snoozed_until", models.DateTimeField(null=True)),
                ("snooze_reason", models.TextField(blank=True, default="")),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by_kind", models.CharField(blank=True, default="", max_length=16)),
                ("closed_by_id", models.CharField(blank=True, default="", max_length=128)),
                ("close_reason", models.TextField(blank=True, default="")),
            ],
            options={
                "verbose_name": "dead letter",
            },
        ),
        migrations.CreateModel(
            name="WebhookAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("outcome", models.CharField(max_length=16)),
                ("error_code", models.CharField(blank=True, default="", max_length=128)),
                ("error_message", models.TextField(blank=True, default="")),
                ("next_retry_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AlterModelOptions(
            name="webhookevent",
            options={"permissions": [("replay_webhookevent", "Can process events again, and give them up")]},
        ),
        migrations.RemoveConstraint(
            model_name="webhookevent",
            name="webhook_event_status",
        ),
        migrations.AddField(
            model_name="webhookevent",
            name="claim",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="webhookevent",
            name="losses",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="webhookevent",
            name="status",
            field=models.CharField(
                choices=[
                    ("received", "Received"),
                    ("processing", "Processing"),
                    ("processed", "Processed"),
                    ("ignored", "Ignored"),
                    ("failed", "Retrying"),
                    ("dead", "Dead"),
                    ("quarantined", "Quarantined"),
                ],
                default="received",
                max_length=16,
            ),
        ),
        AddConstraintNotValid(
            model_name="webhookevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["received", "processing", "processed", "ignored", "failed", "dead", "quarantined"])
                ),
                name="webhook_event_status",
            ),
        ),
        migrations.AddField(
            model_name="deadletter",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="billing.webhookevent"
            ),
        ),
        migrations.AddField(
            model_name="deadletter",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="webhookattempt",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="attempts", to="billing.webhookevent"
            ),
        ),
        migrations.AddIndex(
            model_name="deadletter",
            index=models.Index(fields=["status", "-id"], name="dead_letter_status"),
        ),
        migrations.AddConstraint(
            model_name="deadletter",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "replayed", "discarded"])), name="dead_letter_status"
            ),
        ),
        migrations.AddConstraint(
            model_name="deadletter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")), fields=("event",), name="dead_letter_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="deadletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("status", "open")),
                    models.Q(models.Q(("status", "open"), _negated=True), ("closed_at__isnull", False)),
                    _connector="OR",
                ),
                name="dead_letter_closed_whole",
            ),
        ),
        staff_rows("billing_deadletter", "billing_webhookattempt"),
        migrations.RunSQL(LETTERS_OF_THE_DEAD, migrations.RunSQL.noop),
    ]
