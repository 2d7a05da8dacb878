"""The log is read by people who were not there: state after, what differed before, of what, by which event."""

from typing import Any

import pytest

from billing.handlers.entry import entry
from tests.handlers.told import entry_of, event

INVOICE = {"id": "in_1", "number": "A-1", "status": "paid", "currency": "usd", "amount_due": 2900, "amount_paid": 2900}
MONEY = {"status": "succeeded", "amount": 2900, "currency": "usd"}


def test_after_holds_the_named_fields_and_the_event() -> None:
    made = entry(event("x", {"id": "in_1", "a": 1, "b": None, "c": 3}), "invoice.paid", "invoice", ("a", "b"))
    assert made.after == {"a": 1, "b": None, "event": "evt_1"}
    assert made.before == {}
    assert (made.action, made.target, made.organization_id) == ("invoice.paid", ("invoice", "in_1"), 1)


def test_a_field_that_stripe_left_out_is_none() -> None:
    assert entry(event("x", {"id": "in_1"}), "invoice.paid", "invoice", ("a",)).after["a"] is None


@pytest.mark.parametrize(
    ("previous", "before"),
    [
        ({}, {}),
        ({"a": 0}, {"a": 0}),
        ({"a": None}, {"a": None}),
        ({"z": 1}, {}),
        ({"a": 0, "z": 1}, {"a": 0}),
    ],
)
def test_before_holds_those_of_them_that_were_different(previous: dict[str, Any], before: dict[str, Any]) -> None:
    assert entry(event("x", {"id": "in_1", "a": 1}, previous), "invoice.paid", "invoice", ("a", "b")).before == before


@pytest.mark.parametrize("about", [{}, {"id": None}, {"id": ""}])
def test_an_object_without_an_id_is_named_by_its_event(about: dict[str, Any]) -> None:
    """An upcoming invoice has none."""
    assert entry(event("x", about), "invoice.created", "invoice", ()).target == ("invoice", "evt_1")


def test_an_object_of_nobody_has_an_entry_of_nobody() -> None:
    assert (
        entry(event("x", {"id": "in_1"}, organization_id=None), "invoice.paid", "invoice", ()).organization_id is None
    )


@pytest.mark.parametrize(
    ("event_type", "about", "action", "target", "tells"),
    [
        ("invoice.created", INVOICE, "invoice.created", ("invoice", "in_1"), {"amount_due": 2900, "number": "A-1"}),
        ("invoice.finalized", INVOICE, "invoice.finalized", ("invoice", "in_1"), {"number": "A-1", "currency": "usd"}),
        ("invoice.updated", INVOICE, "invoice.updated", ("invoice", "in_1"), {"status": "paid"}),
        ("invoice.payment_succeeded", INVOICE, "invoice.paid", ("invoice", "in_1"), {"amount_paid": 2900}),
        (
            "invoice.payment_failed",
            {**INVOICE, "attempt_count": 2, "next_payment_attempt": 1_772_400_000},
            "invoice.payment_failed",
            ("invoice", "in_1"),
            {"attempt_count": 2, "next_payment_attempt": 1_772_400_000},
        ),
        (
            "invoice.payment_action_required",
            INVOICE,
            "invoice.action_required",
            ("invoice", "in_1"),
            {"number": "A-1"},
        ),
        ("charge.succeeded", {"id": "ch_1", **MONEY}, "charge.succeeded", ("charge", "ch_1"), {"amount": 2900}),
        (
            "charge.failed",
            {"id": "ch_1", **MONEY, "failure_code": "card_declined"},
            "charge.failed",
            ("charge", "ch_1"),
            {"failure_code": "card_declined"},
        ),
        (
            "charge.refunded",
            {"id": "ch_1", **MONEY, "amount_refunded": 900},
            "charge.refunded",
            ("charge", "ch_1"),
            {"amount_refunded": 900, "amount": 2900},
        ),
        (
            "payment_intent.succeeded",
            {"id": "pi_1", **MONEY, "amount_received": 2900},
            "payment.succeeded",
            ("payment", "pi_1"),
            {"amount_received": 2900, "currency": "usd"},
        ),
        (
            "payment_intent.canceled",
            {"id": "pi_1", **MONEY, "cancellation_reason": "abandoned"},
            "payment.canceled",
            ("payment", "pi_1"),
            {"cancellation_reason": "abandoned"},
        ),
        (
            "payment_method.attached",
            {"id": "pm_1", "type": "card"},
            "payment_method.attached",
            ("payment_method", "pm_1"),
            {"type": "card"},
        ),
        (
            "payment_method.detached",
            {"id": "pm_1", "type": "card"},
            "payment_method.detached",
            ("payment_method", "pm_1"),
            {"type": "card"},
        ),
        (
            "checkout.session.completed",
            {"id": "cs_1", "mode": "subscription", "payment_status": "paid", "subscription": "sub_1"},
            "checkout.completed",
            ("checkout", "cs_1"),
            {"subscription": "sub_1", "payment_status": "paid", "invoice": None},
        ),
        (
            "customer.created",
            {"id": "cus_1"},
            "organization.adopted",
            ("organization", "cus_1"),
            {"customer": "cus_1"},
        ),
        (
            "customer.deleted",
            {"id": "cus_1"},
            "organization.deleted",
            ("organization", "cus_1"),
            {"customer": "cus_1"},
        ),
    ],
)
def test_each_noun_tells_what_matters_of_it(
    event_type: str, about: dict[str, Any], action: str, target: tuple[str, str], tells: dict[str, Any]
) -> None:
    made = entry_of(event(event_type, about, organization_id=5))
    assert (made.action, made.target, made.organization_id) == (action, target, 5)
    assert made.after["event"] == "evt_1"
    assert {name: made.after[name] for name in tells} == tells


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ({"code": "card_declined", "decline_code": "insufficient_funds"}, "insufficient_funds"),
        ({"code": "expired_card"}, "expired_card"),
        ({"code": "card_declined", "decline_code": None}, "card_declined"),
        ({}, ""),
        (None, ""),
    ],
)
def test_a_failed_payment_says_why(error: Any, code: str) -> None:
    about = {"id": "pi_1", **MONEY, "last_payment_error": error}
    made = entry_of(event("payment_intent.payment_failed", about))
    assert (made.action, made.after["failure_code"], made.after["amount"]) == ("payment.failed", code, 2900)


def test_that_an_invoice_was_paid_is_told_once() -> None:
    """Stripe sends `invoice.paid` beside `invoice.payment_succeeded`."""
    assert entry_of(event("invoice.payment_succeeded", INVOICE)).action == "invoice.paid"
    with pytest.raises(ValueError, match="not enough values"):
        entry_of(event("invoice.paid", INVOICE))
