"""The groups that staff belong to. What each may do follows once `migrate` has made the permissions (billing/apps.py)."""

from typing import Any

from django.db import migrations

GROUPS = ("Support", "Finance", "Auditor", "Superadmin")


def make_groups(apps: Any, schema_editor: Any) -> None:
    for name in GROUPS:
        apps.get_model("auth", "Group").objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("billing", "0011_members_join"),
    ]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
