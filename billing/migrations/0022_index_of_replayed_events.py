"""The events of a replay by their state, built beside running writers."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("billing", "0021_replays"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="webhookevent",
            index=models.Index(
                condition=models.Q(("replay__isnull", False)), fields=["replay", "status"], name="webhook_event_replay"
            ),
        ),
    ]
