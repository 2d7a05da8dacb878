"""Replays of many events. The column's reference is checked by nobody while it is added: it is empty everywhere."""

import django.utils.timezone
from django.db import migrations, models

from audit.tenancy import staff_rows


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0020_when_a_walk_met_an_object"),
    ]

    operations = [
        migrations.CreateModel(
            name="Replay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("asked_by_kind", models.CharField(max_length=16)),
                ("asked_by_id", models.CharField(max_length=128)),
                ("chosen", models.TextField()),
                ("reason", models.TextField()),
                ("events_count", models.PositiveIntegerField()),
            ],
            options={"verbose_name": "replay"},
        ),
        staff_rows("billing_replay"),
        migrations.AddField(
            model_name="webhookevent",
            name="replay",
            field=models.ForeignKey(
                null=True,
                db_index=False,
                on_delete=models.deletion.PROTECT,
                related_name="events",
                to="billing.replay",
            ),
        ),
    ]
