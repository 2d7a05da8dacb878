"""Lists by cursor in both directions, their filters, and `expand`."""

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account, items_of


def test_cursors_walk_a_list_in_both_directions(account: Account) -> None:
    made = [account.customer(card=None, name=f"C{number}").id for number in range(7)][::-1]
    customers = account.v1.customers
    first = customers.list({"limit": 3})
    assert ([entry.id for entry in first.data], first.has_more, first.url) == (made[:3], True, "/v1/customers")
    second = customers.list({"limit": 3, "starting_after": made[2]})
    assert [entry.id for entry in second.data] == made[3:6]
    last = customers.list({"limit": 3, "starting_after": made[5]})
    assert ([entry.id for entry in last.data], last.has_more) == (made[6:], False)
    back = customers.list({"limit": 2, "ending_before": made[4]})
    assert ([entry.id for entry in back.data], back.has_more) == (made[2:4], True)
    assert [entry.id for entry in customers.list({"limit": 2}).auto_paging_iter()] == made


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"starting_after": "cus_none"}])
def test_a_bad_page_is_refused(account: Account, params: dict) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.customers.list(params)


def test_lists_filter_by_time_of_creation(account: Account) -> None:
    start, made = account.now, []
    for _ in range(4):
        made.append(account.customer(card=None).id)
        account.advance(DAY)
    found = account.v1.customers.list({"created": {"gte": start + DAY, "lt": start + 3 * DAY}})
    assert [entry.id for entry in found.data] == [made[2], made[1]]


def test_subscriptions_filter_by_customer_price_and_status(account: Account) -> None:
    cheap, dear = account.price(1000), account.price(9000)
    one, two = account.subscribe(cheap), account.subscribe(dear, trial_period_days=5)
    gone = account.subscribe(cheap)
    account.v1.subscriptions.cancel(gone.id)
    listed = account.v1.subscriptions.list

    def ids(**params: object) -> list[str]:
        return [entry.id for entry in listed(params).data]  # type: ignore[arg-type]

    assert ids() == [two.id, one.id]
    assert ids(price=cheap.id) == [one.id]
    assert ids(status="all") == [gone.id, two.id, one.id]
    assert ids(status="trialing") == [two.id]
    assert ids(status="canceled") == [gone.id]
    assert ids(customer=one.customer) == [one.id]


def test_prices_filter_by_lookup_key(account: Account) -> None:
    wanted = account.price(lookup_key="gold")
    account.price(lookup_key="silver")
    assert [entry.id for entry in account.v1.prices.list({"lookup_keys": ["gold", "none"]}).data] == [wanted.id]


def test_expand_replaces_ids_on_objects_and_lists(account: Account) -> None:
    subscription = account.subscribe()
    found = account.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice.payments", "customer"]})
    wanted = "data.payment.payment_intent.latest_charge"
    paid = account.v1.invoice_payments.list({"invoice": found.latest_invoice.id, "expand": [wanted]})
    assert paid.data[0].payment.payment_intent.latest_charge.status == "succeeded"
    assert found.latest_invoice.payments.data[0].id == paid.data[0].id
    assert found.customer.object == "customer"
    listed = account.v1.subscriptions.list({"expand": ["data.items.data.price"]})
    assert items_of(listed.data[0])[0].price.object == "price"


@pytest.mark.parametrize(
    "path",
    [
        "status",
        "nonsense",
        "items.data.price.nonsense",
        "latest_invoice.payments.data.payment.payment_intent",
    ],
)
def test_what_cannot_be_expanded_is_refused(account: Account, path: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.subscriptions.retrieve(account.subscribe().id, {"expand": [path]})
    assert refused.value.param == "expand"
