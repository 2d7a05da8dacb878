"""Let customers' requests, which run as app_customer, read their usage and the meters."""

from django.db import migrations

from audit.tenancy import grant_customer_read


class Migration(migrations.Migration):
    dependencies = [("usage", "0002_events_never_change")]
    operations = [
        grant_customer_read("usage_meter", "usage_usageevent", "usage_usagebucket", "usage_usagerecord"),
    ]
