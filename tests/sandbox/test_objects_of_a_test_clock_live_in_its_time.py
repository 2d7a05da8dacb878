"""What is made for a customer of a test clock lives there: its times, its field `test_clock`, its place in lists."""

import pytest
import stripe

from tests.sandbox.clocks import advance, customer_on, new_clock
from tests.sandbox.running import running_sandbox
from tests.sandbox.scenes import DAY, START, Account, period_of

PAST = 1_609_459_200
"""2021-01-01 00:00:00 UTC, three years before the account's clock."""


def test_a_clock_is_shown_as_stripe_shows_it(account: Account) -> None:
    clock = new_clock(account, PAST, name="Renewal")
    shown = clock.to_dict()
    assert shown.pop("id").startswith("clock_")
    assert shown == {
        "object": "test_helpers.test_clock",
        "created": START,
        "deletes_after": START + 30 * DAY,
        "frozen_time": PAST,
        "livemode": False,
        "name": "Renewal",
        "status": "ready",
        "status_details": {},
    }
    assert [each.id for each in account.v1.test_helpers.test_clocks.list()] == [clock.id]


def test_everything_of_its_customer_is_made_at_its_time(account: Account) -> None:
    clock = new_clock(account, PAST)
    customer = customer_on(account, clock)
    subscription = account.subscribe(account.price(), customer=customer.id)
    item = account.v1.invoice_items.create({"customer": customer.id, "amount": 500, "currency": "usd"})
    invoice = account.v1.invoices.retrieve(subscription.latest_invoice)
    assert (customer.created, subscription.created, item.date, invoice.created) == (PAST,) * 4
    assert {customer.test_clock, subscription.test_clock, item.test_clock, invoice.test_clock} == {clock.id}
    assert period_of(subscription) == (PAST, PAST + 31 * DAY)
    intents = account.v1.payment_intents.list({"customer": customer.id}).data
    charges = account.v1.charges.list({"customer": customer.id}).data
    assert [entry.created for entry in intents + charges] == [PAST, PAST]
    assert account.now == START


def test_its_events_have_its_time_and_stay_while_the_clock_is_there(account: Account) -> None:
    clock = new_clock(account, PAST)
    account.subscribe(account.price(), customer=customer_on(account, clock).id)
    advance(account, clock, PAST + 32 * DAY)
    events = list(account.v1.events.list({"limit": 100}).auto_paging_iter())[::-1]
    mine = [event for event in events if event.type.split(".")[0] not in ("price", "product")]
    moments = [event.created for event in mine]
    assert moments == sorted(moments)
    assert moments[0] == PAST
    assert moments[-1] == PAST + 32 * DAY
    assert PAST + 31 * DAY + 3600 in moments
    clocks = [event.type for event in mine if event.type.startswith("test_helpers")]
    assert clocks == [f"test_helpers.test_clock.{word}" for word in ("created", "advancing", "ready")]


def test_the_account_and_other_clocks_stand_still(account: Account) -> None:
    account.control("settings", {"test_clock_days": 60})
    price = account.price()
    first, second = new_clock(account), new_clock(account)
    moved = account.subscribe(price, customer=customer_on(account, first).id)
    still = account.subscribe(price, customer=customer_on(account, second).id)
    plain = account.subscribe(price)
    advance(account, first, START + 40 * DAY)
    assert period_of(account.subscription(moved))[0] == START + 31 * DAY
    assert len(account.invoices(moved)) == 2
    for other in (still, plain):
        assert period_of(account.subscription(other))[0] == START
    account.advance(40 * DAY)
    assert len(account.invoices(plain)) == 2
    assert len(account.invoices(still)) == 1


def test_lists_leave_out_what_lives_on_clocks_unless_asked(account: Account) -> None:
    clock = new_clock(account)
    mine = customer_on(account, clock)
    subscription = account.subscribe(account.price(), customer=mine.id)
    plain = account.subscribe()
    v1 = account.v1
    assert [each.id for each in v1.customers.list()] == [plain.customer]
    assert [each.id for each in v1.customers.list({"test_clock": clock.id})] == [mine.id]
    assert [each.id for each in v1.subscriptions.list()] == [plain.id]
    assert [each.id for each in v1.subscriptions.list({"test_clock": clock.id})] == [subscription.id]
    assert [each.id for each in v1.subscriptions.list({"customer": mine.id})] == [subscription.id]
    assert len(v1.invoices.list().data) == 2
    for service in (v1.customers, v1.subscriptions):
        with pytest.raises(stripe.InvalidRequestError, match="No such test clock: 'clock_none'"):
            service.list({"test_clock": "clock_none"})


def test_a_product_made_on_the_way_is_the_accounts(account: Account) -> None:
    clock = new_clock(account)
    customer = customer_on(account, clock)
    product = account.product()
    data = {"currency": "usd", "unit_amount": 700, "recurring": {"interval": "month"}, "product": product.id}
    subscription = account.subscribe(customer=customer.id, items=[{"price_data": data}])
    account.v1.test_helpers.test_clocks.delete(clock.id)
    price = subscription["items"].data[0].price.id
    assert account.v1.prices.retrieve(price).unit_amount == 700


def test_a_payment_method_joins_the_clock_of_the_customer_it_is_attached_to(account: Account) -> None:
    method = account.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    clock = new_clock(account, PAST)
    customer = customer_on(account, clock)
    account.v1.payment_methods.attach(method.id, {"customer": customer.id})
    account.v1.test_helpers.test_clocks.delete(clock.id)
    with pytest.raises(stripe.InvalidRequestError, match="No such PaymentMethod"):
        account.v1.payment_methods.retrieve(method.id)


def test_an_existing_customer_moves_to_a_new_clock_with_all_it_has(account: Account) -> None:
    account.control("settings", {"test_clock_days": 60})
    subscription = account.subscribe()
    clock = new_clock(account, START + DAY, customer=subscription.customer)
    moved = account.v1.events.list({"type": "customer.updated"}).data[0]
    assert moved.data.previous_attributes.to_dict() == {"test_clock": None}
    shown = account.v1.customers.retrieve(subscription.customer, {"expand": ["test_clock"]})
    assert shown.test_clock.id == clock.id
    assert account.subscription(subscription).test_clock == clock.id
    assert account.v1.invoices.retrieve(subscription.latest_invoice).test_clock == clock.id
    account.advance(40 * DAY)
    assert len(account.invoices(subscription)) == 1
    advance(account, clock, START + 40 * DAY)
    assert len(account.invoices(subscription)) == 2


@pytest.mark.parametrize("fields", [{"frozen_time": START - 1}, {"frozen_time": START, "again": True}])
def test_an_existing_customer_cannot_go_back_or_change_clocks(account: Account, fields: dict) -> None:
    customer = account.customer()
    if fields.pop("again", False):
        new_clock(account, START, customer=customer.id)
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.test_helpers.test_clocks.create({**fields, "customer": customer.id})


def test_a_test_clock_stands_still_while_the_account_follows_the_wall() -> None:
    with running_sandbox() as url:
        account = Account.at(url)
        clock = new_clock(account, PAST)
        subscription = account.subscribe(account.price(100, "day"), customer=customer_on(account, clock).id)
        account.control("clock", {"follow_wall": True})
        account.customer(None)
        assert account.subscription(subscription).created == PAST
        assert len(account.invoices(subscription)) == 1
        assert advance(account, clock, PAST + DAY).frozen_time == PAST + DAY
        assert len(account.invoices(subscription)) == 2
