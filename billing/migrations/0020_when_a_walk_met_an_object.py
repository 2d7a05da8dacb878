"""When a walk through all of Stripe last met an object: what it did not meet is asked for by its id."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0019_reconciliation"),
    ]

    operations = [
        migrations.AddField("stripeobject", "listed_at", models.DateTimeField(null=True)),
    ]
