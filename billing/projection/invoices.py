"""invoice -> Invoice with its lines."""

from typing import Any

from billing.gateway import fields
from billing.gateway.fields import moment, required_moment
from billing.models import Invoice, InvoiceLine
from billing.projection.customers import learn_currency
from billing.projection.snapshot import Projectable
from billing.projection.upsert import replace_children, upsert


def project(objects: list[Projectable]) -> None:
    """A deleted draft leaves: it was never issued."""
    kept = [one for one in objects if not one.deleted]
    Invoice.objects.filter(stripe_id__in=[one.stripe_id for one in objects if one.deleted]).delete()
    upsert(Invoice, [invoice(one) for one in kept])
    replace_children(
        InvoiceLine,
        [line for one in kept for line in lines(one)],
        parent="invoice",
        parent_ids=[one.stripe_id for one in objects],
    )
    learn_currency(kept)


def invoice(one: Projectable) -> Invoice:
    invoice = one.snapshot
    return Invoice(
        stripe_id=one.stripe_id,
        organization_id=one.owner,
        number=invoice.get("number") or "",
        status=invoice["status"],
        currency=invoice["currency"],
        subscription_id=fields.invoice_subscription(invoice) or None,
        billing_reason=invoice.get("billing_reason") or "",
        collection_method=invoice["collection_method"],
        **_amounts(invoice),
        **_times(invoice),
        attempt_count=invoice.get("attempt_count") or 0,
        hosted_invoice_url=invoice.get("hosted_invoice_url") or "",
        metadata=invoice.get("metadata") or {},
        livemode=bool(invoice["livemode"]),
    )


def _amounts(invoice: dict[str, Any]) -> dict[str, Any]:
    return {
        "subtotal": invoice["subtotal"],
        "discount": fields.invoice_discount(invoice),
        "tax": fields.invoice_tax(invoice),
        "total": invoice["total"],
        "amount_due": invoice["amount_due"],
        "amount_paid": invoice["amount_paid"],
        "amount_remaining": invoice["amount_remaining"],
        "starting_balance": invoice.get("starting_balance") or 0,
        "ending_balance": invoice.get("ending_balance"),
    }


def _times(invoice: dict[str, Any]) -> dict[str, Any]:
    transitions = invoice.get("status_transitions") or {}
    return {
        "next_payment_attempt": moment(invoice.get("next_payment_attempt")),
        "period_start": moment(invoice.get("period_start")),
        "period_end": moment(invoice.get("period_end")),
        "due_at": moment(invoice.get("due_date")),
        "issued_at": moment(transitions.get("finalized_at")),
        "paid_at": moment(transitions.get("paid_at")),
        "voided_at": moment(transitions.get("voided_at")),
        "stripe_created_at": required_moment(invoice["created"]),
    }


def lines(one: Projectable) -> list[InvoiceLine]:
    return [
        InvoiceLine(
            stripe_id=line["id"],
            organization_id=one.owner,
            invoice_id=one.stripe_id,
            position=position,
            description=line.get("description") or "",
            amount=line["amount"],
            currency=line["currency"],
            quantity=line.get("quantity"),
            unit_amount_decimal=fields.line_unit_amount(line),
            price_id=fields.line_price(line),
            subscription_item_id=fields.line_subscription_item(line),
            proration=fields.line_is_proration(line),
            period_start=moment((line.get("period") or {}).get("start")),
            period_end=moment((line.get("period") or {}).get("end")),
            tax=fields.line_tax(line),
            discount=fields.line_discount(line),
        )
        for position, line in enumerate(fields.rows(one.snapshot.get("lines")))
    ]
