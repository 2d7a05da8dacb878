"""Room for sealed text, the blind index of cards' last digits, and the time of an erasure.

varchar becomes text and constant defaults are kept beside the table: nothing is rewritten. The rows are sealed by a
migration of their own, which may be stopped and goes on.
"""

from django.db import migrations, models

from audit.sealed_field import BlindIndexField, SealedTextField


class Migration(migrations.Migration):
    dependencies = [("billing", "0006_approvals")]
    operations = [
        migrations.AddField(
            model_name="organization",
            name="erased_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="paymentmethod",
            name="card_last_four_index",
            field=BlindIndexField(blank=True, default="", editable=False, max_length=32, of="card_last_four"),
        ),
        migrations.AlterField(
            model_name="paymentmethod",
            name="card_last_four",
            field=SealedTextField(blank=True, bound_to="stripe_id", default=""),
        ),
        migrations.AlterField(
            model_name="paymentattempt",
            name="card_last_four",
            field=SealedTextField(blank=True, bound_to="stripe_id", default=""),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="hosted_invoice_url",
            field=SealedTextField(blank=True, bound_to="stripe_id", default=""),
        ),
    ]
