"""What needs a person stands first; what is empty is named once; each number leads to its rows."""

import re
from types import SimpleNamespace

import pytest
from django.db import DatabaseError
from django.test import Client

from billing.admin import panels
from billing.models import DeadLetter, Discrepancy, Invoice, StripeCommand
from billing.staff import StaffGroup
from tests import factories
from tests.admin.addresses import list_of
from tests.admin.scene import staff


def test_nothing_to_do_is_said(admin: Client) -> None:
    body = admin.get("/admin/").content.decode()
    assert "Nothing needs you now." in body
    assert "Clear:" not in body


def test_queues_with_rows_come_first_and_empty_ones_in_a_line(admin: Client, company: SimpleNamespace) -> None:
    Invoice.objects.update(attempt_count=2)
    body = admin.get("/admin/").content.decode()
    assert list_of(Invoice, "?view=past-due&amp;currency=usd") in body
    assert list_of(DeadLetter) in body
    assert list_of(Discrepancy) in body
    assert "$2.00" in body  # how far apart both sides are
    assert list_of(StripeCommand, "?view=unknown") in body
    assert re.search(r"Clear: Quarantined events", body)


def test_currencies_are_never_added(admin: Client, db: None) -> None:
    for currency, amount in (("usd", 100), ("usd", 200), ("jpy", 5000), ("kwd", 1500)):
        factories.InvoiceFactory(
            currency=currency, amount_remaining=amount, amount_paid=0, status="open", attempt_count=1
        )
    body = admin.get("/admin/").content.decode()
    for amount in ("$3.00", "¥5,000", "KWD\u00a01.500"):
        assert amount in body


def test_the_numbers_lead_to_rows_that_make_them_up(admin: Client, company: SimpleNamespace) -> None:
    body = admin.get("/admin/").content.decode()
    open_invoices = admin.get(list_of(Invoice, "?view=open&currency=usd")).content.decode()
    assert "$29.00" in body
    assert company.invoice.number in open_invoices
    active = admin.get("/admin/billing/subscription/?view=active").content.decode()
    assert "Premium" in active


def test_a_panel_that_fails_leaves_the_others(
    admin: Client, company: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> int:
        raise DatabaseError("gone")

    monkeypatch.setattr(panels.subscriptions, "active_count", broken)
    body = admin.get("/admin/").content.decode()
    assert "This panel could not be made" in body
    assert "Your work" in body


@pytest.mark.parametrize(("group", "sees"), [(StaffGroup.SUPPORT, False), (StaffGroup.FINANCE, True)])
def test_analytics_are_for_those_who_may(company: SimpleNamespace, group: StaffGroup, sees: bool) -> None:
    client = Client()
    client.force_login(staff(group))
    body = client.get("/admin/").content.decode()
    assert ("MRR by plan" in body) == sees
    assert ("Inbox" in body) == sees
