"""Features, a product that has them, and a customer who is entitled to them."""

from tests.sandbox.scenes import Account


def live(account: Account) -> list:
    v1, product = account.v1, account.product().id
    reports = v1.entitlements.features.create({"lookup_key": "reports", "name": "Reports", "metadata": {"a": "b"}})
    old = v1.entitlements.features.create({"lookup_key": "old", "name": "Old"})
    v1.entitlements.features.update(old.id, {"active": False})
    tie = v1.products.features.create(product, {"entitlement_feature": reports.id})
    subscription = account.subscribe(account.price(product=product))
    found = v1.entitlements.active_entitlements.list({"customer": str(subscription.customer)})
    v1.subscriptions.cancel(subscription.id)
    return [tie, *found.data]
