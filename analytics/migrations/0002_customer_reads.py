"""Let customers' requests, which run as app_customer, read the tenant tables."""

from django.db import migrations

from audit.tenancy import grant_customer_read


class Migration(migrations.Migration):
    dependencies = [("analytics", "0001_movement_ledger")]
    operations = [grant_customer_read("analytics_mrrmovement", "analytics_knownstate")]
