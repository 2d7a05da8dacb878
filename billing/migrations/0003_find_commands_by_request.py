"""Keep the request's id beside its Idempotency-Key, and find what it asked of Stripe by it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0002_customer_reads"),
    ]

    operations = [
        migrations.AddField(
            model_name="idempotencyrecord",
            name="request_id",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddIndex(
            model_name="stripecommand",
            index=models.Index(fields=["request_id"], name="stripe_command_request"),
        ),
    ]
