"""A membership notes when its person first acted for the organization; those that there are count from their making."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_keys_follow_one_another")]
    operations = [
        migrations.AddField(
            model_name="membership", name="joined_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.RunSQL("UPDATE billing_membership SET joined_at = created_at", migrations.RunSQL.noop),
    ]
