"""A rotated key names its successor, and the successor the first of its line."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0009_rate_limit_counts")]
    operations = [
        migrations.AddField(
            model_name="apikey",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="billing.apikey",
            ),
        ),
        migrations.AddField(
            model_name="apikey", name="family", field=models.CharField(blank=True, default="", max_length=64)
        ),
    ]
