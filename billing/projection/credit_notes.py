"""credit_note -> CreditNote with its lines."""

from typing import Any

from billing.gateway import fields
from billing.gateway.fields import moment, reference, required_moment
from billing.models import CreditNote, CreditNoteLine
from billing.projection.snapshot import Projectable
from billing.projection.upsert import replace_children, upsert


def project(objects: list[Projectable]) -> None:
    upsert(CreditNote, [credit_note(one) for one in objects])
    replace_children(
        CreditNoteLine,
        [line for one in objects for line in lines(one)],
        parent="credit_note",
        parent_ids=[one.stripe_id for one in objects],
    )


def credit_note(one: Projectable) -> CreditNote:
    note = one.snapshot
    return CreditNote(
        stripe_id=one.stripe_id,
        organization_id=one.owner,
        number=note.get("number") or "",
        invoice_id=reference(note["invoice"]),
        status=note["status"],
        type=note.get("type") or "",
        reason=note.get("reason") or "",
        memo=note.get("memo") or "",
        currency=note["currency"],
        **_amounts(note),
        customer_balance_transaction_id=reference(note.get("customer_balance_transaction")),
        refund_ids=[reference(entry.get("refund")) for entry in note.get("refunds") or []],
        effective_at=moment(note.get("effective_at")),
        voided_at=moment(note.get("voided_at")),
        metadata=note.get("metadata") or {},
        livemode=bool(note["livemode"]),
        created_at=required_moment(note["created"]),
    )


def _amounts(note: dict[str, Any]) -> dict[str, int]:
    return {
        "subtotal": note["subtotal"],
        "discount": note.get("discount_amount") or 0,
        "tax": fields.invoice_tax(note),
        "total": note["total"],
        "pre_payment_amount": note.get("pre_payment_amount") or 0,
        "post_payment_amount": note.get("post_payment_amount") or 0,
        "out_of_band_amount": note.get("out_of_band_amount") or 0,
    }


def lines(one: Projectable) -> list[CreditNoteLine]:
    return [
        CreditNoteLine(
            stripe_id=line["id"],
            organization_id=one.owner,
            credit_note_id=one.stripe_id,
            position=position,
            type=line["type"],
            description=line.get("description") or "",
            amount=line["amount"],
            quantity=line.get("quantity"),
            unit_amount_decimal=str(line.get("unit_amount_decimal") or ""),
            invoice_line_id=reference(line.get("invoice_line_item")),
            tax=fields.line_tax(line),
            discount=line.get("discount_amount") or 0,
        )
        for position, line in enumerate(fields.rows(one.snapshot.get("lines")))
    ]
