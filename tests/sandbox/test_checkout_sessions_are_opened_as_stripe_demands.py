"""What a Checkout session may be asked for, what it then costs, and when it ends by itself."""

import json

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account

HOSTED = {"success_url": "https://example.com/done?id={CHECKOUT_SESSION_ID}", "cancel_url": "https://example.com/no"}


def plain(entry: stripe.StripeObject) -> dict:
    return json.loads(str(entry))


def once(account: Account, amount: int = 700) -> str:
    return account.v1.prices.create({"currency": "usd", "unit_amount": amount, "product_data": {"name": "Setup"}}).id


def test_a_subscription_with_a_one_time_price_costs_both_today(account: Account) -> None:
    lines = [{"price": account.price(2900).id, "quantity": 3}, {"price": once(account), "quantity": 2}]
    session = account.v1.checkout.sessions.create({**HOSTED, "mode": "subscription", "line_items": lines})
    assert (session.amount_subtotal, session.amount_total, session.currency) == (10_100, 10_100, "usd")
    assert (session.status, session.payment_status, session.customer_creation) == ("open", "unpaid", "always")
    assert session.expires_at == account.now + DAY
    assert session.url == f"{account.url}/c/pay/{session.id}"
    items = account.v1.checkout.sessions.line_items.list(session.id).data
    assert [(item.amount_total, item.quantity, item.description) for item in items] == [
        (8700, 3, "Starter"),
        (1400, 2, "Setup"),
    ]


def test_nothing_is_made_or_announced_but_the_session(account: Account) -> None:
    price = account.price().id
    before = {entry["id"] for entry in account.dump()}
    account.v1.checkout.sessions.create(
        {**HOSTED, "mode": "subscription", "line_items": [{"price": price, "quantity": 1}]}
    )
    assert [entry["object"] for entry in account.dump() if entry["id"] not in before] == ["checkout.session"]


def test_a_trial_costs_nothing_today(account: Account) -> None:
    session = account.v1.checkout.sessions.create(
        {
            **HOSTED,
            "mode": "subscription",
            "line_items": [{"price": account.price().id, "quantity": 1}],
            "subscription_data": {"trial_period_days": 14},
        }
    )
    assert (session.amount_total, session.payment_status) == (0, "no_payment_required")


def test_inline_prices_make_their_product(account: Account) -> None:
    data = {"currency": "eur", "unit_amount": 1250, "product_data": {"name": "Book"}}
    session = account.v1.checkout.sessions.create(
        {**HOSTED, "mode": "payment", "line_items": [{"price_data": data, "quantity": 2}]}
    )
    item = account.v1.checkout.sessions.line_items.list(session.id).data[0]
    assert (session.amount_total, session.currency, item.description) == (2500, "eur", "Book")
    assert item.price is not None
    assert account.v1.products.retrieve(str(item.price.product)).name == "Book"


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"line_items": []}, "line_items"),
        ({"success_url": "ftp://example.com"}, "success_url"),
        ({"success_url": "javascript:alert(1)"}, "success_url"),
        ({"cancel_url": "nowhere"}, "cancel_url"),
        ({"expires_at": 1_705_320_000 + 60}, "expires_at"),
        ({"expires_at": 1_705_320_000 + 2 * DAY}, "expires_at"),
        ({"customer": "cus_none"}, "customer"),
        ({"return_url": "https://example.com"}, "return_url"),
        ({"setup_intent_data": {"description": "x"}}, "setup_intent_data"),
        ({"payment_method_collection": "if_required"}, "payment_method_collection"),
        ({"shipping_options": [{"shipping_rate": "shr_1"}]}, "shipping_options"),
    ],
)
def test_what_stripe_refuses_is_refused(account: Account, changes: dict, param: str) -> None:
    lines = [{"price": once(account), "quantity": 1}]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.checkout.sessions.create({**HOSTED, "mode": "payment", "line_items": lines, **changes})
    assert refused.value.param == param
    assert account.v1.checkout.sessions.list().data == []


def test_a_mode_takes_only_its_kind_of_prices(account: Account) -> None:
    rented, bought = [{"price": account.price().id, "quantity": 1}], [{"price": once(account), "quantity": 1}]
    for mode, lines in (("payment", rented), ("subscription", bought), ("setup", bought)):
        with pytest.raises(stripe.InvalidRequestError):
            account.v1.checkout.sessions.create({**HOSTED, "mode": mode, "currency": "usd", "line_items": lines})


def test_an_open_session_changes_its_lines_by_their_ids(account: Account) -> None:
    v1 = account.v1
    session = v1.checkout.sessions.create(
        {**HOSTED, "mode": "payment", "line_items": [{"price": once(account), "quantity": 1, "metadata": {"a": "1"}}]}
    )
    line = v1.checkout.sessions.line_items.list(session.id).data[0]
    lines = [{"id": line.id, "quantity": 4}, {"price": once(account, 50), "quantity": 1}]
    changed = v1.checkout.sessions.update(session.id, {"line_items": lines, "metadata": {"order": "7"}})
    assert (changed.amount_total, plain(changed)["metadata"]) == (2850, {"order": "7"})
    kept = v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]}).line_items
    assert kept is not None
    assert [(item["id"] == line.id, item["quantity"], item["metadata"]) for item in plain(kept)["data"]] == [
        (True, 4, {"a": "1"}),
        (False, 1, {}),
    ]


def test_a_session_expires_after_a_day_or_at_the_time_given(account: Account) -> None:
    lines = [{"price": once(account), "quantity": 1}]
    wanted = {**HOSTED, "mode": "payment", "line_items": lines}
    soon = account.v1.checkout.sessions.create({**wanted, "expires_at": account.now + 1800})
    late = account.v1.checkout.sessions.create(wanted)
    account.advance(1800)
    assert account.v1.checkout.sessions.retrieve(soon.id).status == "expired"
    assert account.v1.checkout.sessions.retrieve(late.id).status == "open"
    account.advance(DAY)
    expired = account.v1.events.list({"type": "checkout.session.expired"}).data
    assert [(event.created, event.data.object["id"]) for event in expired] == [
        (late.expires_at, late.id),
        (soon.expires_at, soon.id),
    ]
    assert account.v1.checkout.sessions.retrieve(late.id).url is None


def test_only_an_open_session_is_expired_by_hand(account: Account) -> None:
    session = account.v1.checkout.sessions.create(
        {**HOSTED, "mode": "payment", "line_items": [{"price": once(account), "quantity": 1}]}
    )
    assert account.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="status of `expired`"):
        account.v1.checkout.sessions.expire(session.id)


def test_an_embedded_session_has_a_client_secret_and_no_url(account: Account) -> None:
    session = account.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "ui_mode": "embedded_page",
            "return_url": "https://example.com/back",
            "line_items": [{"price": once(account), "quantity": 1}],
        }
    )
    assert (session.url, session.success_url) == (None, None)
    assert str(session.client_secret).startswith(f"{session.id}_secret_")


def test_sessions_are_listed_by_customer_and_status(account: Account) -> None:
    customer = account.customer().id
    wanted = {**HOSTED, "mode": "setup", "currency": "usd"}
    mine = account.v1.checkout.sessions.create({**wanted, "customer": customer})
    other = account.v1.checkout.sessions.create(wanted)
    account.v1.checkout.sessions.expire(other.id)
    assert [found.id for found in account.v1.checkout.sessions.list({"customer": customer}).data] == [mine.id]
    assert [found.id for found in account.v1.checkout.sessions.list({"status": "expired"}).data] == [other.id]
