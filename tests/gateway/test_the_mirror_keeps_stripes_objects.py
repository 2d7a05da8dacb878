"""dj-stripe's tables are for those who look behind our own: they must hold what Stripe said, coupons included."""

from typing import Any

import pytest
import stripe
from djstripe import models as djstripe
from djstripe.models.base import StripeModel

from billing.gateway import mirror, objects
from tests.gateway.wire import Wire
from tests.sandbox.scenes import START, Account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sdk_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mirror points the SDK's global client, which dj-stripe uses, to our Stripe."""
    monkeypatch.setattr(stripe, "api_base", stripe.api_base)
    monkeypatch.setattr(stripe, "max_network_retries", 0)


def read(kind: str, stripe_id: str) -> dict[str, Any]:
    found = objects.fetch(kind, stripe_id)
    assert found is not None
    return found


def customer(customer_id: str = "cus_made_up", **fields: Any) -> dict[str, Any]:
    return {
        "id": customer_id,
        "object": "customer",
        "created": START,
        "livemode": False,
        "name": "Acme",
        "email": "acme@example.com",
        "currency": "usd",
        "balance": 0,
        "delinquent": False,
        "metadata": {},
        "invoice_settings": {"default_payment_method": None},
        "default_source": None,
        **fields,
    }


COUPON = {
    "id": "co_10",
    "object": "coupon",
    "created": START,
    "livemode": False,
    "name": "Ten percent",
    "duration": "forever",
    "percent_off": 10.0,
    "metadata": {},
}


def discount(coupon: Any, **fields: Any) -> dict[str, Any]:
    source = {"type": "coupon", "coupon": coupon}
    return {"id": "di_1", "object": "discount", "start": START, "end": None, "source": source, **fields}


def test_a_snapshot_is_kept_as_it_is(account: Account) -> None:
    snapshot = read("customer", account.customer(None, name="Acme", metadata={"a": "b"}).id)
    mirror.sync("customer", snapshot)
    kept = djstripe.Customer.objects.get()
    assert (kept.id, kept.name, kept.livemode) == (snapshot["id"], "Acme", False)
    assert {name: kept.stripe_data[name] for name in snapshot} == snapshot


def test_a_younger_snapshot_takes_its_place(account: Account) -> None:
    snapshot = customer()
    mirror.sync("customer", snapshot)
    mirror.sync("customer", {**snapshot, "name": "Acme & Sons"})
    assert djstripe.Customer.objects.get().name == "Acme & Sons"


def test_an_invoice_that_names_its_discounts_is_kept(account: Account) -> None:
    coupon = account.v1.coupons.create({"percent_off": 10, "duration": "forever"})
    subscription = account.subscribe(discounts=[{"coupon": coupon.id}])
    snapshot = read("invoice", subscription.latest_invoice)
    assert [type(each) for each in snapshot["discounts"]] == [str]
    mirror.sync("invoice", snapshot)
    assert djstripe.Invoice.objects.get().stripe_data["discounts"] == snapshot["discounts"]


KINDS = ["product", "price", "customer", "payment_method", "subscription", "invoice", "payment_intent", "charge"]


def test_all_of_a_signup_is_mirrored_in_the_order_of_dependence(account: Account) -> None:
    account.subscribe()
    account.v1.refunds.create({"charge": account.v1.charges.list().data[0].id, "amount": 100})
    made = {one["object"]: one["id"] for one in account.dump() if mirror.is_mirrored(one["object"])}
    assert {*KINDS, "refund"} <= made.keys()
    for kind in sorted(made, key=mirror.ORDER.index):
        mirror.sync(kind, read(kind, made[kind]))
    for kind, stripe_id in made.items():
        kept = mirror.MODELS[kind].objects.get(id=stripe_id)
        assert kept.stripe_data["object"] == kind


def test_a_parent_that_is_not_there_yet_is_fetched_from_the_configured_stripe(account: Account) -> None:
    price = account.price(2900, product=account.product("Team").id)
    mirror.sync("price", read("price", price.id))
    assert djstripe.Price.objects.get().product.stripe_data["name"] == "Team"


@pytest.mark.parametrize("kind", ["product", "customer"])
def test_where_stripe_fails_half_of_it_is_not_kept(account: Account, kind: str) -> None:
    subscription = read("subscription", account.subscribe().id)
    account.control("faults", {"operation": f"GET /v1/{kind}s/{{id}}", "kind": "error_500", "count": 9})
    with pytest.raises(stripe.APIError):
        mirror.sync("subscription", subscription)
    assert not djstripe.Subscription.objects.exists()
    account.control("faults", method="DELETE")
    mirror.sync("subscription", subscription)
    assert djstripe.Subscription.objects.get().id == subscription["id"]


@pytest.fixture
def coupons(wire: Wire) -> Wire:
    """A Stripe that has the coupon; dj-stripe asks for it where it is new, expanded or not, and for the account."""
    wire.answers_with(404, {"error": {"message": "No such object."}})
    wire.at["/v1/account"] = wire.at["/v1/accounts/acct_1"] = {"id": "acct_1", "object": "account"}
    wire.at["/v1/coupons/co_10"] = COUPON
    return wire


def asked_for(coupons: Wire) -> int:
    return [asked.path for asked in coupons.asked].count("/v1/coupons/co_10")


@pytest.mark.parametrize("coupon", [COUPON, "co_10"], ids=["expanded", "its id alone"])
def test_a_customer_with_a_discount_keeps_its_coupon(coupons: Wire, coupon: Any) -> None:
    """Where the pinned version has it; dj-stripe looks in the old place and fails on every such customer."""
    mirror.sync("customer", customer(discount=discount(coupon)))
    kept = djstripe.Customer.objects.get()
    assert kept.stripe_data["discount"]["source"] == {"type": "coupon", "coupon": coupon}
    found = djstripe.Coupon.objects.get()
    assert (found.id, found.name, found.stripe_data["percent_off"]) == ("co_10", "Ten percent", 10.0)
    assert asked_for(coupons) == 1


def test_a_coupon_in_the_old_place_still_counts(coupons: Wire) -> None:
    mirror.sync("customer", customer(discount={"id": "di_1", "object": "discount", "coupon": COUPON}))
    assert djstripe.Coupon.objects.get().id == "co_10"


def test_the_snapshot_of_the_caller_is_left_alone(coupons: Wire) -> None:
    snapshot = customer(discount=discount(dict(COUPON)))
    before = repr(snapshot)
    mirror.sync("customer", snapshot)
    assert repr(snapshot) == before


@pytest.mark.parametrize("source", [None, {}, {"type": "coupon", "coupon": None}])
def test_a_discount_without_a_coupon_is_no_error(coupons: Wire, source: Any) -> None:
    mirror.sync("customer", customer(discount={"id": "di_1", "object": "discount", "source": source}))
    assert djstripe.Customer.objects.get().id == "cus_made_up"
    assert not djstripe.Coupon.objects.exists()
    assert asked_for(coupons) == 0


def test_customers_share_a_coupon_that_is_asked_for_once(coupons: Wire) -> None:
    for name in ("cus_one", "cus_two"):
        mirror.sync("customer", customer(name, discount=discount(COUPON)))
    assert djstripe.Customer.objects.count() == 2
    assert djstripe.Coupon.objects.count() == 1
    assert asked_for(coupons) == 1


def test_a_coupon_known_before_needs_its_id_alone(coupons: Wire) -> None:
    """In events Stripe sends the id only; what is mirrored in its order needs no request."""
    mirror.sync("coupon", COUPON)
    mirror.sync("customer", customer(discount=discount("co_10")))
    assert djstripe.Customer.objects.get().id == "cus_made_up"
    assert djstripe.Coupon.objects.count() == 1
    assert asked_for(coupons) == 0


@pytest.mark.parametrize("kind", ["invoice_payment", "credit_note", "billing.meter", "event", ""])
def test_what_dj_stripe_has_no_model_for_is_said_to_be_so(kind: str) -> None:
    assert not mirror.is_mirrored(kind)
    with pytest.raises(KeyError):
        mirror.sync(kind, {"id": "x_1", "object": kind})


@pytest.mark.parametrize("kind", mirror.ORDER)
def test_each_kind_has_the_model_of_its_name(kind: str) -> None:
    model = mirror.MODELS[kind]
    assert issubclass(model, StripeModel)
    assert kind == model.stripe_class.OBJECT_NAME


@pytest.mark.parametrize(
    ("parent", "child"),
    [
        ("product", "price"),
        ("price", "subscription"),
        ("coupon", "customer"),
        ("customer", "payment_method"),
        ("customer", "subscription"),
        ("subscription", "invoice"),
        ("payment_intent", "charge"),
        ("charge", "refund"),
    ],
)
def test_parents_come_before_their_children(parent: str, child: str) -> None:
    """Else each child costs a request for its parent."""
    assert mirror.ORDER.index(parent) < mirror.ORDER.index(child)
