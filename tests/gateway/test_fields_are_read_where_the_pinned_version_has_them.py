"""Stripe moved these fields between versions; read in the old place they are simply empty, and nobody notices."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from billing.gateway import fields

CARD = {"brand": "visa", "last4": "4242"}
COUPON = {"id": "co_1", "percent_off": 10}


def item(start: int, end: int | None) -> dict[str, Any]:
    return {"id": "si", "current_period_start": start, "current_period_end": end}


def under(kind: str, **details: Any) -> dict[str, Any]:
    return {"parent": {"type": kind, kind: details}}


def of(subscription: Any) -> dict[str, Any]:
    return under("subscription_details", subscription=subscription)


# By accessor, pairs of a snapshot and what is read of it.
READ: dict[Callable[[Any], Any], list[tuple[Any, Any]]] = {
    fields.reference: [
        ("cus_1", "cus_1"),
        ({"id": "cus_1", "object": "customer"}, "cus_1"),
        (None, ""),
        ("", ""),
        ({}, ""),
        ({"id": None}, ""),
    ],
    fields.rows: [
        ({"data": [{"id": "a"}, {"id": "b"}]}, [{"id": "a"}, {"id": "b"}]),
        ({"data": []}, []),
        ({"data": None}, []),
        ({}, []),
        (None, []),
        ("in_1", []),
    ],
    fields.customer_of: [
        ({"object": "customer", "id": "cus_1"}, "cus_1"),
        ({"object": "invoice", "id": "in_1", "customer": "cus_2"}, "cus_2"),
        ({"object": "invoice", "customer": {"id": "cus_3"}}, "cus_3"),
        ({"object": "invoice", "customer": None}, ""),
        ({"object": "price"}, ""),
    ],
    fields.subscription_items: [
        ({"items": {"data": [{"id": "si_1"}]}}, [{"id": "si_1"}]),
        ({"items": None}, []),
        ({}, []),
    ],
    fields.subscription_period: [
        ({"items": {"data": [item(10, 20)]}}, (10, 20)),
        ({"items": {"data": [item(10, 40), item(10, 20)]}}, (10, 20)),
        ({"items": {"data": [item(15, 20), item(10, 20)]}}, (10, 20)),
        ({"items": {"data": [item(5, None), item(10, 20)]}}, (10, 20)),
        ({"items": {"data": [{"id": "si_1"}]}}, (None, None)),
        ({"items": {"data": []}}, (None, None)),
        ({"current_period_start": 1, "current_period_end": 2}, (None, None)),
    ],
    fields.invoice_subscription: [
        (of("sub_1"), "sub_1"),
        (of({"id": "sub_2"}), "sub_2"),
        (of(None), ""),
        ({"parent": {"subscription_details": None}}, ""),
        (under("quote_details", quote="qt_1"), ""),
        ({"parent": None}, ""),
        ({"subscription": "sub_of_an_old_version"}, ""),
    ],
    fields.invoice_tax: [
        ({"total_taxes": [{"amount": 190}, {"amount": 10}]}, 200),
        ({"total_taxes": [{"amount": -190}]}, -190),
        ({"total_taxes": []}, 0),
        ({"total_taxes": None}, 0),
        ({"tax": 190}, 0),
    ],
    fields.invoice_discount: [
        ({"total_discount_amounts": [{"amount": 100}, {"amount": 5}]}, 105),
        ({"total_discount_amounts": None}, 0),
        ({}, 0),
    ],
    fields.line_price: [
        ({"pricing": {"price_details": {"price": "price_1"}}}, "price_1"),
        ({"pricing": {"price_details": {"price": {"id": "price_2"}}}}, "price_2"),
        ({"pricing": {"price_details": None}}, ""),
        ({"pricing": None}, ""),
        ({"price": {"id": "price_of_an_old_version"}}, ""),
    ],
    fields.line_unit_amount: [
        ({"pricing": {"unit_amount_decimal": "0.05"}}, "0.05"),
        ({"pricing": {"unit_amount_decimal": "2900"}}, "2900"),
        ({"pricing": {"unit_amount_decimal": None}}, ""),
        ({}, ""),
    ],
    fields.line_subscription_item: [
        (under("subscription_item_details", subscription_item="si_1"), "si_1"),
        (under("invoice_item_details", subscription_item="si_2"), "si_2"),
        (under("invoice_item_details", invoice_item="ii_1"), ""),
        ({"parent": None}, ""),
        ({}, ""),
    ],
    fields.line_is_proration: [
        (under("subscription_item_details", proration=True), True),
        (under("invoice_item_details", proration=True), True),
        (under("subscription_item_details", proration=False), False),
        (under("invoice_item_details"), False),
        ({"parent": None}, False),
        ({"proration": True}, False),
    ],
    fields.line_tax: [
        ({"taxes": [{"amount": 19}, {"amount": 1}]}, 20),
        ({"taxes": None}, 0),
        ({"tax_amounts": [{"amount": 19}]}, 0),
    ],
    fields.line_discount: [
        ({"discount_amounts": [{"amount": 7}, {"amount": 3}]}, 10),
        ({"discount_amounts": []}, 0),
        ({}, 0),
    ],
    fields.invoice_payment_target: [
        ({"payment": {"type": "payment_intent", "payment_intent": "pi_1"}}, ("pi_1", "")),
        ({"payment": {"payment_intent": {"id": "pi_2"}, "charge": None}}, ("pi_2", "")),
        ({"payment": {"type": "charge", "charge": "ch_1"}}, ("", "ch_1")),
        ({"payment": None}, ("", "")),
        ({}, ("", "")),
    ],
    fields.discount_coupon: [
        ({"source": {"type": "coupon", "coupon": COUPON}}, COUPON),
        ({"source": {"type": "coupon", "coupon": "co_1"}}, None),
        ({"source": {"coupon": None}}, None),
        ({"coupon": COUPON}, COUPON),
        ({"source": None}, None),
        ("di_1", None),
        (None, None),
    ],
    fields.payment_failure: [
        (
            {"last_payment_error": {"code": "card_declined", "decline_code": "lost_card", "message": "No."}},
            ("lost_card", "No."),
        ),
        ({"last_payment_error": {"code": "expired_card", "message": "Old."}}, ("expired_card", "Old.")),
        ({"last_payment_error": {"code": "x", "decline_code": None, "message": None}}, ("x", "")),
        ({"last_payment_error": None}, ("", "")),
        ({}, ("", "")),
    ],
    fields.card_of: [
        ({"type": "card", "card": CARD}, CARD),
        ({"type": "sepa_debit", "sepa_debit": {}}, {}),
        ({"card": None}, {}),
        (None, {}),
    ],
}
CASES = [
    pytest.param(read, snapshot, found, id=f"{read.__name__}-{number}")
    for read, cases in READ.items()
    for number, (snapshot, found) in enumerate(cases)
]


@pytest.mark.parametrize(("read", "snapshot", "found"), CASES)
def test_present_absent_and_expanded(read: Callable[[Any], Any], snapshot: Any, found: Any) -> None:
    before = repr(snapshot)
    assert read(snapshot) == found
    assert repr(snapshot) == before


def test_every_accessor_has_its_cases() -> None:
    moments = {fields.moment, fields.required_moment}
    public = {one for name, one in inspect.getmembers(fields, inspect.isfunction) if one.__module__ == fields.__name__}
    assert public - moments == set(READ)


def test_what_is_read_of_a_list_is_a_list_of_its_own() -> None:
    nested = {"data": [{"id": "a"}]}
    fields.rows(nested).append({"id": "b"})
    assert nested == {"data": [{"id": "a"}]}


@pytest.mark.parametrize(
    ("unix", "utc"),
    [
        (0, "1970-01-01T00:00:00+00:00"),
        (1_705_320_000, "2024-01-15T12:00:00+00:00"),
        (4_102_444_800, "2100-01-01T00:00:00+00:00"),
        (-1, "1969-12-31T23:59:59+00:00"),
    ],
)
def test_seconds_become_an_aware_time(unix: int, utc: str) -> None:
    """Also the zeroth second, which is a time and not nothing."""
    assert fields.required_moment(unix).isoformat() == utc
    assert fields.moment(unix) == fields.required_moment(unix)


def test_no_time_is_no_time() -> None:
    assert fields.moment(None) is None


# Where the accessors read, in the SDK's words; those of the version that it came with.
PLACES = [
    (stripe.SubscriptionItem, "current_period_start"),
    (stripe.SubscriptionItem, "current_period_end"),
    (stripe.Invoice.Parent.SubscriptionDetails, "subscription"),
    (stripe.Invoice, "total_taxes"),
    (stripe.Invoice.TotalTax, "amount"),
    (stripe.Invoice, "total_discount_amounts"),
    (stripe.Invoice.TotalDiscountAmount, "amount"),
    (stripe.InvoiceLineItem.Pricing, "unit_amount_decimal"),
    (stripe.InvoiceLineItem.Pricing.PriceDetails, "price"),
    (stripe.InvoiceLineItem.Parent.SubscriptionItemDetails, "subscription_item"),
    (stripe.InvoiceLineItem.Parent.SubscriptionItemDetails, "proration"),
    (stripe.InvoiceLineItem.Parent.InvoiceItemDetails, "subscription"),
    (stripe.InvoiceLineItem.Parent.InvoiceItemDetails, "proration"),
    (stripe.InvoiceLineItem, "taxes"),
    (stripe.InvoiceLineItem.Tax, "amount"),
    (stripe.InvoiceLineItem, "discount_amounts"),
    (stripe.InvoicePayment.Payment, "payment_intent"),
    (stripe.InvoicePayment.Payment, "charge"),
    (stripe.Discount.Source, "coupon"),
    (stripe.PaymentIntent, "last_payment_error"),
    (stripe.PaymentIntent.LastPaymentError, "decline_code"),
    (stripe.Charge.PaymentMethodDetails, "card"),
]
LEFT = [
    (stripe.Subscription, "current_period_end"),
    (stripe.Invoice, "subscription"),
    (stripe.Invoice, "tax"),
    (stripe.InvoiceLineItem, "price"),
    (stripe.InvoiceLineItem, "proration"),
    (stripe.InvoiceLineItem, "tax_amounts"),
    (stripe.Discount, "coupon"),
]


def test_the_pinned_version_is_the_one_that_the_sdk_describes(settings: Any) -> None:
    assert stripe.api_version == settings.STRIPE_API_VERSION


@pytest.mark.parametrize(("cls", "name"), PLACES)
def test_the_place_exists(cls: type, name: str) -> None:
    """An update of the SDK that moves a field on fails here, and not in somebody's figures."""
    assert name in inspect.get_annotations(cls)


@pytest.mark.parametrize(("cls", "name"), LEFT)
def test_the_old_place_is_gone(cls: type, name: str) -> None:
    assert name not in inspect.get_annotations(cls)
