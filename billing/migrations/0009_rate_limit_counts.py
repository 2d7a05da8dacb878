"""Counters of rate limits, without a write-ahead log: a crash may forget them."""

from django.db import migrations, models

from audit.tenancy import staff_rows

# Half of each page stays free, so that counting again and again moves no row to another page
UNLOGGED = """
ALTER TABLE billing_ratelimitcount SET UNLOGGED;
ALTER TABLE billing_ratelimitcount SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0008_seal_what_is_stored"),
    ]

    operations = [
        migrations.CreateModel(
            name="RateLimitCount",
            fields=[
                ("key", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("window_start", models.DateTimeField()),
                ("forget_at", models.DateTimeField()),
                ("current", models.PositiveIntegerField()),
                ("previous", models.PositiveIntegerField()),
            ],
        ),
        migrations.RunSQL(UNLOGGED, migrations.RunSQL.noop),
        staff_rows("billing_ratelimitcount"),
    ]
