"""Of an erased customer's objects ids, states, amounts and times are kept: an allow-list."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.personal import KEPT, STATUTORY, without_personal

INVOICE = {
    "id": "in_1",
    "object": "invoice",
    "status": "paid",
    "customer": "cus_1",
    "customer_name": "Jane",
    "customer_email": "jane@example.com",
    "customer_phone": "+49 30 1",
    "customer_address": {"line1": "Street 1", "country": "DE"},
    "customer_tax_ids": [{"type": "eu_vat", "value": "DE123456789"}],
    "hosted_invoice_url": "https://invoice.stripe.com/i/secret",
    "metadata": {"note": "for Jane"},
    "number": "ABC-0001",
    "total": 2900,
    "lines": {"data": [{"id": "il_1", "description": "Consulting for Jane", "amount": 2900, "metadata": {"a": "b"}}]},
}


def test_a_customer_is_left_with_what_counts() -> None:
    customer = {
        "id": "cus_1",
        "object": "customer",
        "created": 1,
        "name": "Jane",
        "email": "jane@example.com",
        "phone": "1",
        "address": {"line1": "Street 1", "city": "Town", "country": "DE"},
        "balance": -5,
        "delinquent": False,
        "currency": "usd",
        "invoice_settings": {"default_payment_method": "pm_1", "footer": "Thanks, Jane"},
        "metadata": {"countinghouse_organization": "org_1", "note": "Jane"},
    }
    assert without_personal(customer) == {
        "id": "cus_1",
        "object": "customer",
        "created": 1,
        "name": None,
        "email": None,
        "phone": None,
        "address": {"line1": None, "city": None, "country": None},
        "balance": -5,
        "delinquent": False,
        "currency": "usd",
        "invoice_settings": {"default_payment_method": "pm_1", "footer": None},
        "metadata": {"countinghouse_organization": "org_1"},
    }


def test_a_card_keeps_its_brand_alone() -> None:
    card = {"brand": "visa", "last4": "4242", "exp_month": 1, "exp_year": 2030, "fingerprint": "f", "country": "DE"}
    left = {name: value for name, value in without_personal({"card": card})["card"].items() if value is not None}
    assert left == {"brand": "visa"}


def test_a_finalized_invoice_keeps_what_the_law_asks() -> None:
    kept = without_personal(INVOICE, statutory=True)
    for name in ("customer_name", "customer_address", "customer_tax_ids", "number", "total"):
        assert kept[name] == INVOICE[name]
    assert kept["lines"]["data"][0]["description"] == "Consulting for Jane"
    assert (kept["customer_email"], kept["customer_phone"], kept["hosted_invoice_url"]) == (None, None, None)
    assert (kept["metadata"], kept["lines"]["data"][0]["metadata"]) == ({}, {})


@pytest.mark.parametrize(
    "other",
    [
        {**INVOICE, "status": "draft"},
        {**INVOICE, "object": "charge"},
        {"id": "evt_1", "object": "event", "data": {"object": INVOICE}},
    ],
)
def test_nothing_else_does(other: dict[str, Any]) -> None:
    assert "Jane" not in str(without_personal(other, statutory=True))


def test_without_the_law_an_invoice_is_as_anything_else() -> None:
    assert "Jane" not in str(without_personal(INVOICE))


@pytest.mark.parametrize("text", ["free text", "Jäne", "a@b.example", "", "x" * 256, "https://x", "<b>"])
def test_a_word_is_no_text(text: str) -> None:
    """Under the name of a word as well."""
    assert without_personal({"status": text}) == {"status": None}


def test_lists_of_words_stay_and_lists_of_texts_go() -> None:
    given = {"payment_method_types": ["card", "sepa_debit"], "preferred_locales": ["de"], "emails": ["a@b.example"]}
    kept = {"payment_method_types": ["card", "sepa_debit"], "preferred_locales": [], "emails": []}
    assert without_personal(given) == kept


def test_names_of_persons_are_under_no_kept_name() -> None:
    personal = """
    name email phone line1 line2 city postal_code state last4 fingerprint description receipt_email receipt_url
    client_secret hosted_invoice_url invoice_pdf url ip value note comment statement_descriptor idempotency_key
    """.split()
    assert not KEPT & {*personal, *STATUTORY}


NAMES = [*sorted(KEPT)[:6], "name", "metadata", "description", "exp_year"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*sorted(KEPT)[:6], "name", "metadata", "description", "exp_year"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["id", "data", "metadata", "name", "lines"]), JSON, max_size=5))
def test_what_was_scrubbed_stays_as_it_is(snapshot: dict[str, Any]) -> None:
    once = without_personal(snapshot, statutory=True)
    assert without_personal(once, statutory=True) == once
    assert set(once) == set(snapshot)
