"""Let the database itself keep each organization's usage apart."""

from django.db import migrations

from audit.tenancy import catalog_rows, tenant_rows


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_organization_of_the_session"),
        ("usage", "0004_events_by_customer"),
    ]
    operations = [
        tenant_rows("usage_usageevent", "usage_usagebucket", "usage_usagerecord"),
        catalog_rows("usage_meter"),
    ]
