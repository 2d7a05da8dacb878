"""Four digits in the search field lead to the cards that end with them, and through them to their organizations."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from audit.sealed_field import UNREADABLE
from billing.models import PaymentMethod
from tests.admin.addresses import page_of
from tests.admin.scene import staff
from tests.factories import START


@pytest.fixture
def card(company: SimpleNamespace) -> PaymentMethod:
    return PaymentMethod.objects.create(
        stripe_id="pm_1",
        organization=company.organization,
        type="card",
        card_brand="visa",
        card_last_four="0042",
        card_exp_month=1,
        card_exp_year=2031,
        created_at=START,
    )


def found(client: Client, term: str) -> str:
    return client.get("/admin/search/", {"s": term}).content.decode()


def test_the_card_is_shown_with_whose_it_is(admin: Client, company: SimpleNamespace, card: PaymentMethod) -> None:
    page = found(admin, "0042")
    assert "Visa ···0042, Acme" in page
    assert page_of(company.organization) in page


@pytest.mark.parametrize("term", ["0043", "042", "00042", "٠٠٤٢", "004 2"])
def test_other_terms_find_no_card(admin: Client, card: PaymentMethod, term: str) -> None:
    assert "···0042" not in found(admin, term)


def test_who_may_not_see_organizations_finds_no_cards(card: PaymentMethod) -> None:
    client = Client()
    client.force_login(staff())
    assert "···0042" not in found(client, "0042")


def test_a_card_whose_key_is_lost_does_not_break_the_page(
    admin: Client, company: SimpleNamespace, card: PaymentMethod, settings: Any
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_paymentmethod SET card_last_four = 'v1.00000000.AAAA'")
    assert f"···{UNREADABLE}" in found(admin, "0042")
    page = admin.get(page_of(company.organization))
    assert page.status_code == 200
    assert UNREADABLE in page.content.decode()
