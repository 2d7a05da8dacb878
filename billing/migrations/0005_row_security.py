"""Let the database itself keep each organization's rows apart, and everything else from customers."""

from django.db import migrations

from audit.tenancy import catalog_rows, staff_rows, tenant_rows


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_organization_of_the_session"),
        ("billing", "0004_index_what_staff_look_for"),
    ]
    operations = [
        tenant_rows("billing_organization", column="id"),
        tenant_rows(
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
        ),
        catalog_rows("billing_plan", "billing_planfeature", "billing_feature", "billing_price"),
        staff_rows(
            "billing_user",
            "billing_user_groups",
            "billing_user_user_permissions",
            "billing_apikey",
            "billing_idempotencyrecord",
            "billing_stripecommand",
            "billing_stripeobject",
            "billing_webhookevent",
        ),
    ]
