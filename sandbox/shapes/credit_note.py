"""The shapes of a credit note and its lines."""

from sandbox import ACCOUNT_ID
from sandbox.jsons import Json, listing
from sandbox.money.taxing import summed


def credit_note(note_id: str, now: int, invoice: Json, lines: list[Json], given: Json) -> Json:
    """From lines, with their totals; how it is split before and after payment is set by whoever issues it."""
    number = len(invoice["_"]["notes"]) + 1
    return {
        "id": note_id,
        "object": "credit_note",
        "amount_shipping": 0,
        "created": now,
        "currency": invoice["currency"],
        "customer": invoice["customer"],
        "customer_account": None,
        "customer_balance_transaction": None,
        "effective_at": given.get("effective_at", now),
        "invoice": invoice["id"],
        "lines": listing(f"/v1/credit_notes/{note_id}/lines", lines),
        "livemode": False,
        "memo": given.get("memo"),
        "metadata": given.get("metadata") or {},
        "number": f"{invoice['number']}-CN-{number:02d}",
        "out_of_band_amount": given.get("out_of_band_amount"),
        "pdf": f"https://pay.stripe.com/credit_notes/{ACCOUNT_ID}/test_{note_id}/pdf",
        "post_payment_amount": 0,
        "pre_payment_amount": 0,
        "reason": given.get("reason"),
        "refunds": [],
        "shipping_cost": None,
        "status": "issued",
        "type": "pre_payment",
        "voided_at": None,
        **_totals(lines),
    }


def _totals(lines: list[Json]) -> Json:
    """Sums of lines (minor units): the subtotals before what was taken off the whole invoice, the totals after."""
    taxes = summed([entry["taxes"] for entry in lines])
    gross = sum(entry["amount"] for entry in lines)
    taken = sum(entry["discount_amount"] for entry in lines)
    own = sum(entry["_own"] for entry in lines)
    inside = sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "inclusive")
    on_top = sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "exclusive")
    for entry in lines:
        del entry["_own"]
    return {
        "amount": gross - taken + on_top,
        "discount_amount": taken,
        "discount_amounts": summed_by("discount", [entry["discount_amounts"] for entry in lines]),
        "pretax_credit_amounts": summed_by("discount", [entry["pretax_credit_amounts"] for entry in lines]),
        "subtotal": gross - own,
        "subtotal_excluding_tax": gross - own - inside,
        "total": gross - taken + on_top,
        "total_excluding_tax": gross - taken - inside,
        "total_taxes": taxes,
    }


def summed_by(key: str, lists: list[list[Json]]) -> list[Json]:
    """Entries with an `amount`, summed by what they name under `key`."""
    found: dict[str, Json] = {}
    for entry in (each for entries in lists for each in entries):
        found.setdefault(entry[key], {**entry, "amount": 0})["amount"] += entry["amount"]
    return list(found.values())


def line(line_id: str, kind: str, amount: int, description: str | None) -> Json:
    """`amount` is gross, in minor units: without exclusive taxes, and before discounts. `_own` is how much of the
    discounts was the line's own, until the totals are made."""
    return {
        "id": line_id,
        "object": "credit_note_line_item",
        "amount": amount,
        "description": description,
        "discount_amount": 0,
        "discount_amounts": [],
        "livemode": False,
        "metadata": {},
        "pretax_credit_amounts": [],
        "quantity": None,
        "tax_rates": [],
        "taxes": [],
        "type": kind,
        "unit_amount": None,
        "unit_amount_decimal": None,
        "_own": 0,
        **({"invoice_line_item": None} if kind == "custom_line_item" else {}),
    }
