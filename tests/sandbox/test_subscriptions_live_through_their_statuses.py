"""The lives of subscriptions, from signup to the end."""

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account, items_of, period_of

HOUR = 3600
MONTH = 31 * DAY


def test_a_signup_is_paid_at_once(account: Account) -> None:
    subscription = account.subscribe(expand=["latest_invoice.payments"])
    invoice = subscription.latest_invoice
    assert (subscription.status, invoice.status, invoice.billing_reason) == ("active", "paid", "subscription_create")
    assert (invoice.amount_due, invoice.amount_paid, invoice.number[-5:]) == (2900, 2900, "-0001")
    assert invoice.parent.subscription_details.subscription == subscription.id
    assert invoice.payments.data[0].status == "paid"
    assert {
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "payment_intent.created",
        "payment_intent.succeeded",
        "charge.succeeded",
    } <= set(account.event_types())


def test_a_renewal_is_a_draft_for_an_hour_then_paid(account: Account) -> None:
    subscription = account.subscribe()
    end = period_of(subscription)[1]
    account.advance_to(end)
    renewed = account.subscription(subscription)
    draft = account.v1.invoices.retrieve(renewed.latest_invoice)
    assert period_of(renewed)[0] == end
    assert (draft.status, draft.billing_reason, draft.created) == ("draft", "subscription_cycle", end)
    assert draft.automatically_finalizes_at == end + HOUR
    assert (draft.lines.data[0].period.start, draft.lines.data[0].period.end) == period_of(renewed)
    account.advance(HOUR)
    paid = account.v1.invoices.retrieve(draft.id)
    assert (paid.status, paid.status_transitions.paid_at, paid.number[-5:]) == ("paid", end + HOUR, "-0002")
    events = account.v1.events.list({"type": "invoice.paid"}).data
    assert events[0].created == end + HOUR


def test_a_trial_warns_then_bills(account: Account) -> None:
    subscription = account.subscribe(trial_period_days=14, expand=["latest_invoice"])
    assert (subscription.status, subscription.latest_invoice.total) == ("trialing", 0)
    assert subscription.latest_invoice.status == "paid"
    account.advance(11 * DAY)
    assert "customer.subscription.trial_will_end" in account.event_types()
    account.advance(3 * DAY + HOUR)
    billed = account.subscription(subscription)
    assert billed.status == "active"
    assert [invoice.amount_paid for invoice in account.invoices(billed)] == [0, 2900]


@pytest.mark.parametrize(
    ("behavior", "status"), [("pause", "paused"), ("cancel", "canceled"), ("create_invoice", "past_due")]
)
def test_a_trial_without_a_payment_method_ends_as_it_was_set(account: Account, behavior: str, status: str) -> None:
    settings = {"end_behavior": {"missing_payment_method": behavior}}
    subscription = account.subscribe(card=None, trial_period_days=7, trial_settings=settings)
    account.advance(7 * DAY + HOUR)
    assert account.subscription(subscription).status == status


def test_a_paused_subscription_resumes_with_a_card(account: Account) -> None:
    settings = {"end_behavior": {"missing_payment_method": "pause"}}
    subscription = account.subscribe(card=None, trial_period_days=7, trial_settings=settings)
    account.advance(20 * DAY)
    assert "customer.subscription.paused" in account.event_types()
    account.v1.subscriptions.update(subscription.id, {"default_payment_method": "pm_card_visa"})
    resumed = account.v1.subscriptions.resume(subscription.id)
    assert (resumed.status, period_of(resumed)[0]) == ("active", account.now)
    assert account.invoices(resumed)[-1].status == "paid"
    assert "customer.subscription.resumed" in account.event_types()


def test_a_declining_card_is_retried_on_days_3_5_and_7_then_canceled(account: Account) -> None:
    subscription = account.subscribe(card="pm_card_sandbox_failsOnRenewal")
    first = account.advance_to(period_of(subscription)[1] + HOUR)
    invoice = account.invoices(subscription)[-1]
    assert account.subscription(subscription).status == "past_due"
    for attempt, day in ((1, 3), (2, 5), (3, 7)):
        invoice = account.v1.invoices.retrieve(invoice.id)
        assert (invoice.status, invoice.attempt_count) == ("open", attempt)
        assert invoice.next_payment_attempt == first + day * DAY
        account.advance_to(first + day * DAY)
    ended = account.subscription(subscription)
    assert (ended.status, ended.cancellation_details.reason) == ("canceled", "payment_failed")
    invoice = account.v1.invoices.retrieve(invoice.id)
    assert (invoice.status, invoice.attempt_count, invoice.next_payment_attempt) == ("open", 4, None)
    assert account.event_types(type="invoice.payment_failed") == ["invoice.payment_failed"] * 4


@pytest.mark.parametrize("after", ["unpaid", "past_due"])
def test_what_follows_exhausted_retries_is_a_setting(account: Account, after: str) -> None:
    account.control("settings", {"after_retries": after})
    subscription = account.subscribe(card="pm_card_sandbox_failsOnRenewal")
    account.advance(40 * DAY)
    assert account.subscription(subscription).status == after


def test_a_new_card_heals_at_the_next_retry(account: Account) -> None:
    subscription = account.subscribe(card="pm_card_sandbox_failsOnRenewal")
    account.advance_to(period_of(subscription)[1] + DAY)
    settings = {"default_payment_method": "pm_card_visa"}
    account.v1.customers.update(subscription.customer, {"invoice_settings": settings})
    account.advance(3 * DAY)
    assert account.subscription(subscription).status == "active"
    assert account.invoices(subscription)[-1].status == "paid"
    assert account.v1.customers.retrieve(subscription.customer).delinquent is False


def test_an_open_invoice_can_be_paid_by_hand(account: Account) -> None:
    subscription = account.subscribe(card="pm_card_sandbox_failsOnRenewal")
    account.advance_to(period_of(subscription)[1] + DAY)
    invoice = account.invoices(subscription)[-1].id
    with pytest.raises(stripe.CardError):
        account.v1.invoices.pay(invoice)
    assert account.v1.invoices.pay(invoice, {"payment_method": "pm_card_visa"}).status == "paid"
    assert account.subscription(subscription).status == "active"
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.invoices.pay(invoice)


def test_default_incomplete_waits_for_the_browser_and_expires_after_23_hours(account: Account) -> None:
    paid = account.subscribe(payment_behavior="default_incomplete", expand=["latest_invoice.confirmation_secret"])
    left = account.subscribe(payment_behavior="default_incomplete")
    secret = paid.latest_invoice.confirmation_secret.client_secret
    assert (paid.status, paid.latest_invoice.status) == ("incomplete", "open")
    account.v1.payment_intents.confirm(secret.partition("_secret")[0], {"payment_method": "pm_card_visa"})
    assert account.subscription(paid).status == "active"
    account.advance(23 * HOUR)
    assert account.subscription(left).status == "incomplete_expired"
    assert account.v1.invoices.retrieve(left.latest_invoice).status == "void"


@pytest.mark.parametrize("card", ["pm_card_chargeCustomerFail", "pm_card_authenticationRequired"])
def test_allow_incomplete_and_error_if_incomplete(account: Account, card: str) -> None:
    price = account.price()
    assert account.subscribe(price, card=card).status == "incomplete"
    customer = account.customer(card)
    before = account.control("digest")
    with pytest.raises(stripe.StripeError) as refused:
        account.subscribe(price, customer=customer.id, payment_behavior="error_if_incomplete")
    assert refused.value.http_status == 402
    assert account.control("digest") == before


def test_a_signup_without_any_payment_method_is_refused(account: Account) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        account.subscribe(card=None)


def test_cancel_at_period_end_and_at_once(account: Account) -> None:
    later, now = account.subscribe(), account.subscribe()
    asked = account.v1.subscriptions.update(later.id, {"cancel_at_period_end": True})
    assert (asked.status, asked.cancel_at, asked.canceled_at) == ("active", period_of(later)[1], account.now)
    gone = account.v1.subscriptions.cancel(now.id)
    assert (gone.status, gone.ended_at) == ("canceled", account.now)
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.subscriptions.cancel(now.id)
    account.advance(MONTH)
    ended = account.subscription(later)
    assert (ended.status, ended.ended_at) == ("canceled", period_of(later)[1])
    assert len(account.invoices(later)) == 1


def test_cancel_with_proration_credits_the_unused_time(account: Account) -> None:
    subscription = account.subscribe(account.price(3100))
    account.advance(10 * DAY)
    account.v1.subscriptions.cancel(subscription.id, {"prorate": True, "invoice_now": True})
    last = account.invoices(subscription)[-1]
    assert (last.total, last.amount_due, last.status) == (-2100, 0, "paid")
    assert account.v1.customers.retrieve(subscription.customer).balance == -2100


@pytest.mark.parametrize(
    ("behavior", "status"), [("void", "void"), ("mark_uncollectible", "uncollectible"), ("keep_as_draft", "draft")]
)
def test_pause_collection_decides_over_renewals(account: Account, behavior: str, status: str) -> None:
    subscription = account.subscribe()
    resumes = account.now + 45 * DAY
    account.v1.subscriptions.update(
        subscription.id, {"pause_collection": {"behavior": behavior, "resumes_at": resumes}}
    )
    account.advance(40 * DAY)
    assert account.subscription(subscription).status == "active"
    assert account.invoices(subscription)[-1].status == status
    account.advance(30 * DAY)
    assert account.subscription(subscription).pause_collection is None
    assert account.invoices(subscription)[-1].status == "paid"


def test_send_invoice_waits_for_its_due_date(account: Account) -> None:
    subscription = account.subscribe(card=None, collection_method="send_invoice", days_until_due=10)
    account.advance(HOUR)
    invoice = account.invoices(subscription)[-1]
    assert (subscription.status, invoice.status, invoice.attempt_count) == ("active", "open", 0)
    account.advance_to(invoice.due_date)
    assert account.subscription(subscription).status == "past_due"
    assert account.v1.invoices.pay(invoice.id, {"paid_out_of_band": True}).status == "paid"
    assert account.subscription(subscription).status == "active"


def test_the_balance_of_a_customer_is_used_first(account: Account) -> None:
    customer = account.customer(balance=-4000)
    subscription = account.subscribe(customer=customer.id)
    first = account.invoices(subscription)[0]
    assert (first.amount_due, first.starting_balance, first.ending_balance) == (0, -4000, -1100)
    account.advance(MONTH + HOUR)
    second = account.invoices(subscription)[-1]
    assert (second.amount_due, second.amount_paid, second.ending_balance) == (1800, 1800, 0)


def test_events_carry_what_was_before_and_who_asked(account: Account) -> None:
    subscription = account.subscribe()
    account.v1.subscriptions.update(
        subscription.id, {"items": [{"id": items_of(subscription)[0].id, "quantity": 3}]}, {"idempotency_key": "k"}
    )
    event = account.v1.events.list({"type": "customer.subscription.updated"}).data[0].to_dict()
    assert event["data"]["previous_attributes"]["items"]["data"][0]["quantity"] == 1
    assert event["data"]["object"]["items"]["data"][0]["quantity"] == 3
    assert event["request"]["idempotency_key"] == "k"
    account.advance(MONTH)
    event = account.v1.events.list({"type": "customer.subscription.updated"}).data[0].to_dict()
    assert event["request"] == {"id": None, "idempotency_key": None}


def test_deleting_a_customer_ends_everything_of_it(account: Account) -> None:
    subscription = account.subscribe()
    account.v1.customers.delete(subscription.customer)
    assert account.subscription(subscription).status == "canceled"
    assert account.v1.customers.retrieve(subscription.customer).deleted
    assert account.v1.customers.list().data == []
    assert "customer.deleted" in account.event_types()


def test_a_change_is_charged_to_the_card_that_comes_with_it(account: Account) -> None:
    subscription = account.subscribe(card="pm_card_sandbox_failsOnRenewal")
    changed = account.v1.subscriptions.update(
        subscription.id,
        {
            "items": [{"id": items_of(subscription)[0].id, "quantity": 2}],
            "default_payment_method": "pm_card_visa",
            "proration_behavior": "always_invoice",
            "payment_behavior": "error_if_incomplete",
        },
    )
    assert (changed.status, account.invoices(changed)[-1].status) == ("active", "paid")


def test_a_change_that_cannot_be_paid_is_undone_or_left_past_due(account: Account) -> None:
    subscription = account.subscribe(card="pm_card_sandbox_failsOnRenewal")
    change = {"items": [{"id": items_of(subscription)[0].id, "quantity": 2}], "proration_behavior": "always_invoice"}
    before = account.control("digest")
    with pytest.raises(stripe.CardError):
        account.v1.subscriptions.update(subscription.id, {**change, "payment_behavior": "error_if_incomplete"})
    assert account.control("digest") == before
    changed = account.v1.subscriptions.update(subscription.id, change)
    assert (changed.status, items_of(changed)[0].quantity) == ("past_due", 2)


def test_cancel_at_ends_the_subscription_at_its_moment(account: Account) -> None:
    subscription = account.subscribe()
    moment = account.now + 45 * DAY
    account.v1.subscriptions.update(subscription.id, {"cancel_at": moment})
    account.advance(60 * DAY)
    ended = account.subscription(subscription)
    assert (ended.status, ended.ended_at, len(account.invoices(ended))) == ("canceled", moment, 2)
