"""Features of products, and the entitlements that follow a customer's subscriptions."""

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account, items_of

CHANGED = "entitlements.active_entitlement_summary.updated"


def feature(account: Account, key: str) -> stripe.entitlements.Feature:
    return account.v1.entitlements.features.create({"lookup_key": key, "name": key.title()})


def attach(account: Account, product: str, key: str) -> str:
    """The id of the tie."""
    wanted = {"entitlement_feature": feature(account, key).id}
    return account.v1.products.features.create(product, wanted).id  # type: ignore[arg-type]


def entitled(account: Account, customer: str) -> list[str]:
    found = account.v1.entitlements.active_entitlements.list({"customer": customer, "limit": 100})
    return sorted(entry.lookup_key for entry in found.data)


def test_features_are_made_changed_archived_and_listed(account: Account) -> None:
    features = account.v1.entitlements.features
    made = feature(account, "reports")
    assert (made.active, made.name, made.lookup_key) == (True, "Reports", "reports")
    with pytest.raises(stripe.InvalidRequestError) as taken:
        feature(account, "reports")
    assert taken.value.param == "lookup_key"
    changed = features.update(made.id, {"name": "All reports", "metadata": {"a": "b"}, "active": False})
    assert (changed.name, changed.active) == ("All reports", False)
    other = feature(account, "reports")
    assert [entry.id for entry in features.list({"archived": True}).data] == [made.id]
    assert [entry.id for entry in features.list({"archived": False}).data] == [other.id]
    assert len(features.list({"lookup_key": "reports"}).data) == 2


def test_products_have_features(account: Account) -> None:
    product, features = account.product().id, account.v1.products.features
    tie = attach(account, product, "reports")
    shown = features.retrieve(product, tie)
    assert (shown.entitlement_feature.lookup_key, shown.entitlement_feature.active) == ("reports", True)
    feature_id = shown.entitlement_feature.id
    account.v1.entitlements.features.update(feature_id, {"name": "More reports"})
    assert [entry.entitlement_feature.name for entry in features.list(product).data] == ["More reports"]
    with pytest.raises(stripe.InvalidRequestError):
        features.create(product, {"entitlement_feature": feature_id})
    with pytest.raises(stripe.InvalidRequestError) as elsewhere:
        features.retrieve(account.product().id, tie)
    assert elsewhere.value.http_status == 404
    assert features.delete(product, tie).deleted
    assert features.list(product).data == []
    account.v1.entitlements.features.update(feature_id, {"active": False})
    with pytest.raises(stripe.InvalidRequestError):
        features.create(product, {"entitlement_feature": feature_id})


def test_entitlements_follow_the_subscription(account: Account) -> None:
    basic, pro, customer = account.product("Basic").id, account.product("Pro").id, account.customer().id
    attach(account, basic, "reports")
    attach(account, pro, "exports")
    small, large = account.price(product=basic), account.price(9900, product=pro)
    subscription = account.subscribe(small, customer=customer)
    assert entitled(account, customer) == ["reports"]
    (event,) = account.v1.events.list({"type": CHANGED}).data
    shown = event.data.object
    assert (shown["customer"], [entry["lookup_key"] for entry in shown["entitlements"]["data"]]) == (
        customer,
        ["reports"],
    )
    account.v1.subscriptions.update(
        subscription.id, {"items": [{"id": items_of(subscription)[0].id, "price": large.id}]}
    )
    assert entitled(account, customer) == ["exports"]
    second = account.subscribe(small, customer=customer)
    assert entitled(account, customer) == ["exports", "reports"]
    account.v1.subscriptions.cancel(subscription.id)
    assert entitled(account, customer) == ["reports"]
    account.v1.subscriptions.cancel(second.id)
    assert entitled(account, customer) == []
    assert len(account.event_types(type=CHANGED)) == 5


def test_a_feature_that_is_attached_later_counts_from_the_next_period(account: Account) -> None:
    product, customer = account.product().id, account.customer().id
    attach(account, product, "reports")
    account.subscribe(account.price(product=product), customer=customer)
    attach(account, product, "exports")
    account.advance(DAY)
    assert entitled(account, customer) == ["reports"]
    account.advance(31 * DAY)
    assert entitled(account, customer) == ["exports", "reports"]


def test_an_unpaid_start_and_a_subscription_given_up_entitle_to_nothing(account: Account) -> None:
    product, customer = account.product().id, account.customer().id
    attach(account, product, "reports")
    price = account.price(product=product)
    account.subscribe(price, customer=customer, payment_behavior="default_incomplete")
    assert entitled(account, customer) == []
    failing = account.customer("pm_card_sandbox_failsOnRenewal").id
    account.subscribe(price, customer=failing)
    account.advance(32 * DAY)
    assert entitled(account, failing) == ["reports"]
    account.advance(30 * DAY)
    assert entitled(account, failing) == []


def test_an_entitlement_names_its_feature(account: Account) -> None:
    product, customer = account.product().id, account.customer().id
    attach(account, product, "reports")
    account.subscribe(account.price(product=product), customer=customer)
    (entry,) = account.v1.entitlements.active_entitlements.list({"customer": customer}).data
    shown = account.v1.entitlements.active_entitlements.retrieve(entry.id, {"expand": ["feature"]})
    assert shown.feature.name == "Reports"  # type: ignore[union-attr]
