"""One field for everything: ids, mail addresses, invoice numbers, names."""

from types import SimpleNamespace

import pytest
from django.test import Client

from billing.staff import StaffGroup
from tests.admin.addresses import list_of, page_of
from tests.admin.scene import staff

WAYS = {
    "organization": lambda row: [row.stripe_customer_id, row.public_id, row.email, row.email.upper(), "acme"],
    "subscription": lambda row: [row.stripe_id],
    "invoice": lambda row: [row.stripe_id, row.number, row.number.lower()],
    "payment": lambda row: [row.stripe_id, row.public_id],
    "event": lambda row: [row.stripe_event_id],
    "command": lambda row: [row.public_id],
}


@pytest.mark.parametrize("noun", WAYS)
def test_everything_is_found_by_what_it_is_called(admin: Client, company: SimpleNamespace, noun: str) -> None:
    row = getattr(company, noun)
    for term in WAYS[noun](row):
        assert page_of(row) in admin.get("/admin/search/", {"s": term}).content.decode(), term


@pytest.mark.parametrize("noun", WAYS)
def test_each_list_finds_its_own(admin: Client, company: SimpleNamespace, noun: str) -> None:
    row = getattr(company, noun)
    for term in WAYS[noun](row):
        assert page_of(row) in admin.get(list_of(type(row)), {"q": term}).content.decode(), term


def test_an_attempt_leads_to_its_payment(admin: Client, company: SimpleNamespace) -> None:
    page = admin.get("/admin/search/", {"s": company.attempt.stripe_id}).content.decode()
    assert page_of(company.payment) in page


def test_what_may_not_be_seen_is_not_found(company: SimpleNamespace) -> None:
    client = Client()
    client.force_login(staff(StaffGroup.SUPPORT))
    assert (
        page_of(company.event)
        not in client.get("/admin/search/", {"s": company.event.stripe_event_id}).content.decode()
    )
    assert page_of(company.invoice) in client.get("/admin/search/", {"s": company.invoice.number}).content.decode()


@pytest.mark.parametrize("term", ["", "nothing like it", "%", "'; --", "\x00", "cus_" + "x" * 5000])
def test_anything_may_be_asked(admin: Client, company: SimpleNamespace, term: str) -> None:
    assert admin.get("/admin/search/", {"s": term}).status_code == 200
