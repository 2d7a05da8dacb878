"""Let customers' requests, which run as app_customer, read the tenant tables and the public catalog."""

from django.db import migrations

from audit.tenancy import grant_customer_read


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_ground_floor")]
    operations = [
        grant_customer_read(
            "billing_organization",
            "billing_membership",
            "billing_subscription",
            "billing_subscriptionitem",
            "billing_subscriptionchange",
            "billing_invoice",
            "billing_invoiceline",
            "billing_invoicepayment",
            "billing_payment",
            "billing_paymentattempt",
            "billing_paymentmethod",
            "billing_refund",
            "billing_plan",
            "billing_planfeature",
            "billing_feature",
            "billing_price",
        )
    ]
