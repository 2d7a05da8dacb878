"""What a reconciliation found to be equal."""

from django.db import migrations, models

from audit.tenancy import staff_rows


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0022_index_of_replayed_events"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReconciledObject",
            fields=[
                ("stripe_id", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={"verbose_name": "reconciled object"},
        ),
        staff_rows("billing_reconciledobject"),
    ]
