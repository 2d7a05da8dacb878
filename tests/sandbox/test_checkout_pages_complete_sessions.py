"""What paying, failing and authenticating on the page of a Checkout session brings about."""

import pytest
import stripe

from tests.sandbox.scenes import DAY, START, Account, items_of
from tests.sandbox.visiting import look, send

HOSTED = {"success_url": "https://example.com/done?id={CHECKOUT_SESSION_ID}", "cancel_url": "https://example.com/no"}
EMAIL = "jo@example.com"


def open_session(account: Account, mode: str = "subscription", **fields: object) -> stripe.checkout.Session:
    if mode == "setup":
        return account.v1.checkout.sessions.create({**HOSTED, "mode": mode, "currency": "usd", **fields})  # type: ignore
    once = {"price_data": {"currency": "usd", "unit_amount": 700, "product_data": {"name": "Setup"}}, "quantity": 1}
    rented = {"price": account.price(2900).id, "quantity": 2} if mode == "subscription" else once
    return account.v1.checkout.sessions.create({**HOSTED, "mode": mode, "line_items": [rented], **fields})  # type: ignore


def fresh(account: Account, session: stripe.checkout.Session) -> stripe.checkout.Session:
    return account.v1.checkout.sessions.retrieve(session.id)


def test_a_subscription_is_bought(account: Account) -> None:
    session = open_session(account, subscription_data={"metadata": {"team": "red"}}, client_reference_id="42")
    seen = send(session.url, action="pay", email=EMAIL, name="Jo", method="pm_card_visa")
    assert (seen.status, seen.to) == (303, f"https://example.com/done?id={session.id}")
    done = fresh(account, session)
    assert (done.status, done.payment_status, done.url) == ("complete", "paid", None)
    assert (done.amount_total, done.client_reference_id) == (5800, "42")
    customer = account.v1.customers.retrieve(str(done.customer))
    assert (customer.email, customer.name) == (EMAIL, "Jo")
    subscription = account.v1.subscriptions.retrieve(str(done.subscription))
    assert (subscription.status, subscription.metadata["team"]) == ("active", "red")
    assert items_of(subscription)[0].quantity == 2
    method = account.v1.payment_methods.retrieve(str(subscription.default_payment_method))
    assert (method.customer, method.billing_details.email) == (done.customer, EMAIL)
    invoice = account.v1.invoices.retrieve(str(done.invoice))
    assert (invoice.status, invoice.amount_paid, invoice.id) == ("paid", 5800, subscription.latest_invoice)
    types = account.event_types()
    assert types.index("customer.created") < types.index("customer.subscription.created")
    assert types[-1] == "checkout.session.completed"


def test_a_decline_says_why_and_the_next_card_goes_on_with_the_same_subscription(account: Account) -> None:
    session = open_session(account)
    seen = send(session.url, action="pay", email=EMAIL, method="pm_card_visa_chargeDeclinedInsufficientFunds")
    assert seen.status == 402
    assert "Your card has insufficient funds." in seen.text
    assert f'value="{EMAIL}"' in seen.text
    assert fresh(account, session).status == "open"
    [subscription] = account.v1.subscriptions.list({"status": "all"}).data
    assert subscription.status == "incomplete"
    assert "invoice.payment_failed" in account.event_types()
    assert send(session.url, action="pay", email=EMAIL, method="pm_card_visa").status == 303
    assert [(each.id, each.status) for each in account.v1.subscriptions.list({"status": "all"}).data] == [
        (subscription.id, "active")
    ]
    assert len(account.v1.customers.list().data) == 1
    assert fresh(account, session).subscription == subscription.id


def test_a_one_time_payment_of_a_guest(account: Account) -> None:
    data = {"metadata": {"order": "7"}, "description": "Order 7"}
    session = open_session(account, "payment", payment_intent_data=data)
    assert session.payment_intent is None
    assert send(session.url, action="pay", email=EMAIL, method="pm_card_visa_chargeDeclined").status == 402
    assert send(session.url, action="pay", email=EMAIL, method="pm_card_visa").status == 303
    done = fresh(account, session)
    assert (done.payment_status, done.customer) == ("paid", None)
    assert done.customer_details is not None
    assert done.customer_details.email == EMAIL
    intent = account.v1.payment_intents.retrieve(str(done.payment_intent))
    assert (intent.status, intent.amount, intent.metadata["order"], intent.description) == (
        "succeeded",
        700,
        "7",
        "Order 7",
    )
    assert [charge.status for charge in account.v1.charges.list().data] == ["succeeded", "failed"]
    assert len(account.v1.payment_intents.list().data) == 1


def test_authentication_is_completed_or_fails(account: Account) -> None:
    session = open_session(account)
    seen = send(session.url, action="pay", email=EMAIL, method="pm_card_threeDSecure2Required")
    page = account.url + seen.to
    assert "3-D Secure" in look(page).text
    assert fresh(account, session).status == "open"
    assert send(page, action="fail").to == f"/c/pay/{session.id}"
    assert "unable to authenticate your payment method" in look(session.url).text
    again = account.url + send(session.url, action="pay", email=EMAIL, method="pm_card_threeDSecure2Required").to
    assert send(again, action="complete").to == f"/c/pay/{session.id}"
    assert look(session.url or f"{account.url}/c/pay/{session.id}").to == f"https://example.com/done?id={session.id}"
    done = fresh(account, session)
    assert (done.status, done.payment_status) == ("complete", "paid")
    assert account.v1.subscriptions.retrieve(str(done.subscription)).status == "active"


@pytest.mark.parametrize("card", ["pm_card_visa", "pm_card_threeDSecure2Required"])
def test_a_trial_saves_the_card_and_charges_nothing(account: Account, card: str) -> None:
    session = open_session(account, subscription_data={"trial_period_days": 14})
    seen = send(session.url, action="pay", email=EMAIL, method=card)
    if card != "pm_card_visa":
        assert account.v1.subscriptions.list({"status": "all"}).data == []
        send(account.url + seen.to, action="complete")
    done = fresh(account, session)
    assert (done.status, done.payment_status, done.amount_total) == ("complete", "no_payment_required", 0)
    subscription = account.v1.subscriptions.retrieve(str(done.subscription))
    assert subscription.status == "trialing"
    assert subscription.default_payment_method is not None
    assert account.v1.charges.list().data == []


def test_a_trial_without_a_card_where_none_is_required(account: Account) -> None:
    data = {
        "trial_period_days": 14,
        "trial_settings": {"end_behavior": {"missing_payment_method": "cancel"}},
    }
    session = open_session(account, subscription_data=data, payment_method_collection="if_required")
    assert "Test card" not in look(str(session.url)).text
    assert send(str(session.url), action="pay", email=EMAIL).status == 303
    subscription = account.v1.subscriptions.retrieve(str(fresh(account, session).subscription))
    assert (subscription.status, subscription.default_payment_method) == ("trialing", None)
    account.advance(15 * DAY)
    assert account.subscription(subscription).status == "canceled"


def test_a_card_is_saved_in_mode_setup(account: Account) -> None:
    customer = account.customer(None, email=EMAIL).id
    session = open_session(account, "setup", customer=customer, setup_intent_data={"metadata": {"why": "later"}})
    assert send(session.url, action="pay", method="pm_card_visa_chargeDeclined").status == 402
    assert send(session.url, action="pay", method="pm_card_mastercard").status == 303
    done = fresh(account, session)
    assert (done.status, done.payment_status) == ("complete", "no_payment_required")
    intent = account.v1.setup_intents.retrieve(str(done.setup_intent))
    assert (intent.status, intent.metadata["why"]) == ("succeeded", "later")
    saved = account.v1.customers.payment_methods.list(customer).data
    assert [method.id for method in saved] == [intent.payment_method]


def test_an_existing_customer_pays_with_a_saved_card(account: Account) -> None:
    customer = account.customer(email=EMAIL)
    session = open_session(account, customer=customer.id)
    [saved] = account.v1.customers.payment_methods.list(customer.id).data
    assert f'<option value="{saved.id}" selected>Visa •••• 4242' in look(str(session.url)).text
    assert send(str(session.url), action="pay", method=saved.id).status == 303
    done = fresh(account, session)
    assert done.customer == customer.id
    assert account.v1.subscriptions.retrieve(str(done.subscription)).default_payment_method == saved.id


def test_a_test_number_counts_instead_of_the_chosen_card(account: Account) -> None:
    session = open_session(account)
    fields = {"action": "pay", "email": EMAIL, "method": "pm_card_visa"}
    assert "Your card was declined." in send(session.url, **fields, number="4000 0000 0000 0002").text
    assert send(session.url, **fields, number="4111 0000 0000 1234").status in (400, 402)
    assert send(session.url, **fields, number="4242-4242-4242-4242").status == 303


def test_the_buyer_changes_the_quantity(account: Account) -> None:
    line = {"price": account.price(1000).id, "quantity": 1, "adjustable_quantity": {"enabled": True, "maximum": 5}}
    session = open_session(account, line_items=[line])
    item = account.v1.checkout.sessions.line_items.list(session.id).data[0]
    send(str(session.url), action="pay", email=EMAIL, method="pm_card_visa_chargeDeclined")
    assert send(str(session.url), action="quantity", line=item.id, quantity="9").status == 400
    assert send(str(session.url), action="quantity", line=item.id, quantity="3").status == 303
    assert send(str(session.url), action="pay", email=EMAIL, method="pm_card_visa").status == 303
    done = fresh(account, session)
    assert done.amount_total == 3000
    assert account.v1.invoices.retrieve(str(done.invoice)).amount_paid == 3000
    statuses = [each.status for each in account.v1.subscriptions.list({"status": "all"}).data]
    assert statuses == ["active", "incomplete_expired"]


def test_fields_of_the_shop_and_consent_are_asked_for_and_kept(account: Account) -> None:
    label = {"custom": "Team", "type": "custom"}
    session = open_session(
        account,
        custom_fields=[{"key": "team", "label": label, "type": "text"}],
        consent_collection={"terms_of_service": "required", "promotions": "auto"},
        phone_number_collection={"enabled": True},
        billing_address_collection="required",
    )
    fields = {"action": "pay", "email": EMAIL, "method": "pm_card_visa", "phone": "+41 44 000 00 00"}
    fields |= {"address_line1": "Street 1", "address_postal_code": "8000", "address_city": "Zurich"}
    assert send(str(session.url), **fields, custom_team="Red", terms="yes").status == 400
    fields |= {"address_country": "ch", "custom_team": "Red"}
    assert "Agree to the terms" in send(str(session.url), **fields).text
    assert account.v1.customers.list().data == []
    assert send(str(session.url), **fields, terms="yes", promotions="yes").status == 303
    done = fresh(account, session)
    assert done.custom_fields[0].text is not None
    assert done.custom_fields[0].text.value == "Red"
    assert done.consent is not None
    assert (done.consent.terms_of_service, done.consent.promotions) == ("accepted", "opt_in")
    customer = account.v1.customers.retrieve(str(done.customer))
    assert (customer.phone, customer.address.country if customer.address else None) == ("+41 44 000 00 00", "CH")


def test_an_expired_session_leaves_nothing_open_and_can_be_recovered(account: Account) -> None:
    session = open_session(account, after_expiration={"recovery": {"enabled": True}})
    send(str(session.url), action="pay", email=EMAIL, method="pm_card_visa_chargeDeclined")
    account.advance(DAY)
    assert account.v1.subscriptions.list({"status": "all"}).data[0].status == "incomplete_expired"
    assert look(str(session.url)).status == 410
    assert send(str(session.url), action="pay", email=EMAIL, method="pm_card_visa").status == 410
    expired = fresh(account, session)
    assert expired.after_expiration is not None
    assert expired.after_expiration.recovery is not None
    link = str(expired.after_expiration.recovery.url)
    assert look(link).status == 200
    again = account.url + send(link).to
    assert send(again, action="pay", email=EMAIL, method="pm_card_visa").status == 303
    copy = account.v1.checkout.sessions.list({"status": "complete"}).data[0]
    assert (copy.recovered_from, copy.payment_status) == (session.id, "paid")


def test_looking_changes_nothing(account: Account) -> None:
    session = open_session(account)
    before = account.control("digest")
    assert look(str(session.url)).status == 200
    assert look(f"{session.url}?action=pay&email={EMAIL}&method=pm_card_visa").status == 200
    assert account.control("digest") == before


def test_an_attempt_that_ran_out_is_begun_anew(account: Account) -> None:
    """A subscription that waits for its first payment lives for 23 hours, its session for 24."""
    session = open_session(account)
    send(str(session.url), action="pay", email=EMAIL, method="pm_card_visa_chargeDeclined")
    account.advance(23 * 3600 + 60)
    assert [each.status for each in account.v1.subscriptions.list({"status": "all"}).data] == ["incomplete_expired"]
    assert send(str(session.url), action="pay", email=EMAIL, method="pm_card_visa").status == 303
    statuses = [each.status for each in account.v1.subscriptions.list({"status": "all"}).data]
    assert statuses == ["active", "incomplete_expired"]


def test_an_invoice_that_was_paid_elsewhere_completes_the_session_without_a_second_charge(account: Account) -> None:
    session = open_session(account)
    send(str(session.url), action="pay", email=EMAIL, method="pm_card_visa_chargeDeclined")
    [subscription] = account.v1.subscriptions.list({"status": "all"}).data
    account.v1.invoices.pay(str(subscription.latest_invoice), {"payment_method": "pm_card_visa"})
    assert send(str(session.url), action="pay", email=EMAIL, method="pm_card_mastercard").status == 303
    assert (fresh(account, session).payment_status, fresh(account, session).subscription) == ("paid", subscription.id)
    assert [charge.paid for charge in account.v1.charges.list().data] == [True, False]


def test_the_intent_of_a_session_is_not_for_the_api_to_confirm_or_cancel(account: Account) -> None:
    session = open_session(account, "payment")
    send(str(session.url), action="pay", email=EMAIL, method="pm_card_visa_chargeDeclined")
    intent = str(fresh(account, session).payment_intent)
    with pytest.raises(stripe.InvalidRequestError, match="belongs to a Checkout Session"):
        account.v1.payment_intents.cancel(intent)
    with pytest.raises(stripe.InvalidRequestError, match="belongs to a Checkout Session"):
        account.v1.payment_intents.confirm(intent, {"payment_method": "pm_card_visa"})


def test_the_control_for_authentication_completes_sessions_too(account: Account) -> None:
    session = open_session(account)
    seen = send(str(session.url), action="pay", email=EMAIL, method="pm_card_threeDSecure2Required")
    account.control("authenticate", {"payment_intent": seen.to.rpartition("/")[2], "outcome": "succeed"})
    assert fresh(account, session).status == "complete"


def test_the_same_visits_give_the_same_state(account: Account) -> None:
    digests = []
    for _ in range(2):
        account.control("reset", {"clock": START})
        data = {"currency": "usd", "unit_amount": 900, "recurring": {"interval": "month"}}
        line = {"price_data": {**data, "product_data": {"name": "Plan"}}, "quantity": 1}
        session = account.v1.checkout.sessions.create(
            {**HOSTED, "mode": "subscription", "line_items": [line]},  # type: ignore[list-item]
            {"idempotency_key": "the same"},
        )
        send(str(session.url), action="pay", email=EMAIL, method="pm_card_visa_chargeDeclined")
        send(str(session.url), action="pay", email=EMAIL, number="4242424242424242")
        look(f"{account.url}/i/{fresh(account, session).invoice}/pdf")
        digests.append(account.control("digest")["digest"])
    assert digests[0] == digests[1]


def test_a_customer_on_a_test_clock_pays_at_its_time(account: Account) -> None:
    clock = account.v1.test_helpers.test_clocks.create({"frozen_time": START + 40 * DAY})
    customer = account.v1.customers.create({"test_clock": clock.id, "email": EMAIL})
    session = open_session(account, customer=customer.id)
    assert session.created == START + 40 * DAY
    assert send(str(session.url), action="pay", method="pm_card_visa").status == 303
    subscription = account.v1.subscriptions.retrieve(str(fresh(account, session).subscription))
    assert (subscription.start_date, subscription.test_clock) == (START + 40 * DAY, clock.id)


def test_an_address_beyond_ascii_is_written_in_percents(account: Account) -> None:
    session = open_session(
        account, "payment", success_url="https://example.com/päid?id={CHECKOUT_SESSION_ID}&x=日#a%20b"
    )
    to = send(str(session.url), action="pay", email=EMAIL, method="pm_card_visa").to
    assert to == f"https://example.com/p%C3%A4id?id={session.id}&x=%E6%97%A5#a%20b"
