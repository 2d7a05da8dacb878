"""Issuing credit notes: what is left to credit on an invoice, and what a note does to the invoice and its customer.

What was credited is noted on the invoice by line, so that the last credit of a line gives back the last minor unit of
its discounts and taxes too, whatever was rounded before.
"""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.payments.balances import change_balance
from sandbox.lives.settling import remaining
from sandbox.money.money import divided


def left_of(invoice: Json, entry: Json) -> int:
    """The gross amount of an invoice line that is not yet credited."""
    left: int = entry["amount"] - _credited(invoice, entry)["amount"]
    return left


def _credited(invoice: Json, entry: Json) -> Json:
    found: Json = invoice["_"]["credited"].get(entry["id"]) or {"amount": 0, "shares": {}}
    return found


def share(invoice: Json, entry: Json, key: str, whole: int, amount: int) -> int:
    """The part of a discount or tax (`whole`) of a line that goes with crediting `amount` of it: in proportion, at
    most what is left, and all that is left with the last of the line."""
    left = whole - _credited(invoice, entry)["shares"].get(key, 0)
    if amount == left_of(invoice, entry):
        return int(left)
    return min(left, divided(whole * amount, entry["amount"])) if entry["amount"] else 0


def note_credit(invoice: Json, note: Json, sign: int) -> None:
    """Adds what a note credits to what was credited of each line, or takes it back."""
    for line in note["lines"]["data"]:
        if line["type"] != "invoice_line_item":
            continue
        known = invoice["_"]["credited"].setdefault(line["invoice_line_item"], {"amount": 0, "shares": {}})
        known["amount"] += sign * line["amount"]
        for key, amount in shares_of(line):
            known["shares"][key] = known["shares"].get(key, 0) + sign * amount


def shares_of(line: Json) -> list[tuple[str, int]]:
    """The discounts and taxes of a credited line, under the names of their discount or tax rate."""
    taken = [(entry["discount"], entry["amount"]) for entry in line["discount_amounts"]]
    taxes = [(entry["tax_rate_details"]["tax_rate"], entry["amount"]) for entry in line["taxes"]]
    bases = [(f"base:{entry['tax_rate_details']['tax_rate']}", entry["taxable_amount"]) for entry in line["taxes"]]
    return taken + taxes + bases


def creditable(invoice: Json) -> int:
    """What all further credit notes may sum up to."""
    before, after = invoice["pre_payment_credit_notes_amount"], invoice["post_payment_credit_notes_amount"]
    left: int = invoice["total"] - before - after
    return left


def issue(ctx: Context, invoice: Json, note: Json, credit: int) -> Json:
    """Stores the note and lets it act: less is due, `credit` goes to the customer's balance, and an open invoice
    with nothing left to pay is paid. Refunds were made before."""
    note_credit(invoice, note, 1)
    invoice["_"]["notes"].append(note["id"])
    invoice["pre_payment_credit_notes_amount"] += note["pre_payment_amount"]
    invoice["post_payment_credit_notes_amount"] += note["post_payment_amount"]
    if credit:
        customer = ctx.load("customer", invoice["customer"])
        moved = change_balance(ctx, customer, -credit, "credit_note", invoice["id"], credit_note=note["id"])
        note["customer_balance_transaction"] = moved["id"]
    ctx.create(note, "credit_note.created")
    _owe_less(ctx, invoice, note["pre_payment_amount"])
    return note


def _owe_less(ctx: Context, invoice: Json, amount: int) -> None:
    """Takes from what is due; negative gives back."""
    invoice["amount_due"] -= amount
    invoice["amount_remaining"] -= amount
    if amount:
        remaining.changed(ctx, invoice)
    else:
        ctx.update(invoice, "invoice.updated")


def void(ctx: Context, invoice: Json, note: Json) -> Json:
    """Undoes a note that only made less due on an invoice that is still open."""
    note_credit(invoice, note, -1)
    invoice["pre_payment_credit_notes_amount"] -= note["pre_payment_amount"]
    _owe_less(ctx, invoice, -note["pre_payment_amount"])
    note.update(status="void", voided_at=ctx.now)
    return ctx.update(note, "credit_note.voided")
