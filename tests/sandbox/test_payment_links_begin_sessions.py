"""A payment link sells the same to everyone who opens it."""

import pytest
import stripe

from tests.sandbox.scenes import Account
from tests.sandbox.visiting import look, send

PAY = {"action": "pay", "email": "jo@example.com", "method": "pm_card_visa"}


def link_of(account: Account, **fields: object) -> stripe.PaymentLink:
    price = account.price(2900).id
    return account.v1.payment_links.create({"line_items": [{"price": price, "quantity": 2}], **fields})  # type: ignore


def test_each_visit_begins_a_session_of_its_own(account: Account) -> None:
    link = link_of(account, metadata={"campaign": "spring"})
    assert "$58.00" in look(link.url).text
    assert account.v1.checkout.sessions.list().data == []
    for number in (1, 2):
        to = send(link.url, client_reference_id=str(number)).to
        assert send(account.url + to, **PAY).to == f"{account.url}/b/{link.id}/done"
    found = account.v1.checkout.sessions.list({"payment_link": link.id}).data
    assert [(each.status, each.client_reference_id, each.mode) for each in found] == [
        ("complete", "2", "subscription"),
        ("complete", "1", "subscription"),
    ]
    assert found[0].metadata is not None
    assert found[0].metadata["campaign"] == "spring"
    assert len(account.v1.subscriptions.list().data) == 2


def test_a_link_leads_where_its_shop_says(account: Account) -> None:
    after = {"type": "redirect", "redirect": {"url": "https://example.com/t?id={CHECKOUT_SESSION_ID}"}}
    link = link_of(account, after_completion=after)
    to = send(link.url).to
    assert send(account.url + to, **PAY).to == f"https://example.com/t?id={to.rpartition('/')[2]}"


def test_a_link_closes_after_so_many_sessions_or_by_hand(account: Account) -> None:
    link = link_of(account, restrictions={"completed_sessions": {"limit": 1}}, inactive_message="Sold out.")
    send(account.url + send(link.url).to, **PAY)
    assert not account.v1.payment_links.retrieve(link.id).active
    seen = look(link.url)
    assert (seen.status, "Sold out." in seen.text) == (410, True)
    other = link_of(account)
    account.v1.payment_links.update(other.id, {"active": False})
    assert send(other.url).status == 410
    assert [each.id for each in account.v1.payment_links.list({"active": False}).data] == [other.id, link.id]


def test_a_link_changes_what_its_next_sessions_ask_for(account: Account) -> None:
    link = link_of(account)
    account.v1.payment_links.update(link.id, {"phone_number_collection": {"enabled": True}})
    page = account.url + send(link.url).to
    assert "Enter your phone number." in send(page, **PAY).text


@pytest.mark.parametrize(
    "fields",
    [
        {"line_items": []},
        {"after_completion": {"type": "redirect"}},
        {"payment_intent_data": {"description": "not for subscriptions"}},
        {"shipping_options": [{"shipping_rate": "shr_1"}]},
    ],
)
def test_what_its_sessions_would_refuse_is_refused(account: Account, fields: dict) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        link_of(account, **fields)
    assert account.v1.payment_links.list().data == []
