"""The index of open events, built beside running writers."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("billing", "0014_inbox_claims"),
    ]

    operations = [
        ValidateConstraint(model_name="webhookevent", name="webhook_event_status"),
        AddIndexConcurrently(
            model_name="webhookevent",
            index=models.Index(
                condition=models.Q(("status__in", ["received", "failed", "processing"])),
                fields=["next_retry_at", "id"],
                name="webhook_event_open",
            ),
        ),
        RemoveIndexConcurrently(model_name="webhookevent", name="webhook_event_due"),
    ]
