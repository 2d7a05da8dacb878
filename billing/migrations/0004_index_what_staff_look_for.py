"""Indexes for the inbox's last hour and for finding an organization by name or address."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0003_find_commands_by_request"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="organization",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("name"), name="text_pattern_ops"
                ),
                name="organization_name_prefix",
            ),
        ),
        migrations.AddIndex(
            model_name="organization",
            index=models.Index(django.db.models.functions.text.Upper("email"), name="organization_email_any_case"),
        ),
        migrations.AddIndex(
            model_name="webhookevent",
            index=models.Index(fields=["received_at"], name="webhook_event_received"),
        ),
    ]
