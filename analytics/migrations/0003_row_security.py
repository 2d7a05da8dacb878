"""Let the database itself keep each organization's figures apart."""

from django.db import migrations

from audit.tenancy import staff_rows, tenant_rows


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_organization_of_the_session"),
        ("analytics", "0002_customer_reads"),
    ]
    operations = [
        tenant_rows("analytics_mrrmovement", "analytics_knownstate"),
        staff_rows("analytics_fxrate", "analytics_ledgerdue"),
    ]
