"""The shared pace of requests to Stripe, commands whose key is spent, and when objects were last fetched."""

from django.db import migrations, models

from audit.tenancy import staff_rows

# Half of each page stays free, so that the one row is written again and again in place
UNLOGGED = """
ALTER TABLE billing_stripepace SET UNLOGGED;
ALTER TABLE billing_stripepace SET (fillfactor = 50, autovacuum_vacuum_threshold = 500);
"""
# After the policies, so that the owner may write it too
ROW = """
INSERT INTO billing_stripepace (name, tokens, filled_at, failures, openings) VALUES ('stripe', 0, now(), 0, 0)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0016_inbox_views"),
    ]

    operations = [
        migrations.AddField("stripecommand", "key_spent", models.BooleanField(default=False, db_default=False)),
        migrations.AddField("stripeobject", "fetched_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="StripePace",
            fields=[
                ("name", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("tokens", models.FloatField()),
                ("filled_at", models.DateTimeField()),
                ("closed_until", models.DateTimeField(null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("openings", models.PositiveIntegerField(default=0)),
                ("open_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RunSQL(UNLOGGED, migrations.RunSQL.noop),
        staff_rows("billing_stripepace"),
        migrations.RunSQL(ROW, migrations.RunSQL.noop),
    ]
