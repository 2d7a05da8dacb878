"""What an invoice says, in words: the same for its page and its PDF."""

from sandbox.jsons import Json
from sandbox.pages.words import day, exact, money

Amount = tuple[str, str, bool]


def dates(invoice: Json) -> list[tuple[str, str]]:
    """Number and dates, as far as there are any."""
    moments = invoice["status_transitions"]
    entries = [
        ("Invoice number", invoice["number"] or "Draft"),
        ("Date of issue", day(invoice["effective_at"] or invoice["created"])),
        ("Date due", day(invoice["due_date"])),
        ("Date paid", day(moments["paid_at"])),
        ("Voided", day(moments["voided_at"])),
    ]
    return [(name, value) for name, value in entries if value]


def address_of(invoice: Json) -> list[str]:
    """The buyer's name, address, e-mail and tax ids, a line each."""
    address = invoice["customer_address"] or {}
    town = " ".join(address[name] for name in ("postal_code", "city") if address.get(name))
    place = [address.get("line1"), address.get("line2"), town, address.get("state"), address.get("country")]
    ids = [f"{entry['type'].replace('_', ' ').upper()} {entry['value']}" for entry in invoice["customer_tax_ids"]]
    known = [invoice["customer_name"], *place, invoice["customer_email"], *ids]
    return [str(entry) for entry in known if entry] or [invoice["customer"]]


def lines(invoice: Json) -> list[tuple[str, str, str, str, str]]:
    """(description, period, quantity, unit price, amount) of each line."""
    return [_line(entry) for entry in invoice["lines"]["data"]]


def _line(entry: Json) -> tuple[str, str, str, str, str]:
    period, currency = entry["period"], entry["currency"]
    span = f"{day(period['start'])} to {day(period['end'])}" if period["end"] > period["start"] else ""
    unit = (entry["pricing"] or {}).get("unit_amount_decimal")
    price = exact(unit, currency) if unit is not None else ""
    quantity = "" if entry["quantity"] is None else str(entry["quantity"])
    return entry["description"] or "Item", span, quantity, price, money(entry["amount"], currency)


def amounts(invoice: Json) -> list[Amount]:
    """(name, amount, whether it stands out): from the subtotal to what is still due."""
    entries = [("Subtotal", invoice["subtotal"], False)]
    off = sum(entry["amount"] for entry in invoice["total_discount_amounts"])
    entries += [("Discount", -off, False)] if off else []
    entries += [_tax(tax) for tax in invoice["total_taxes"]]
    entries.append(("Total", invoice["total"], True))
    applied = invoice["amount_due"] - invoice["total"]
    entries += [("Applied balance", applied, False)] if applied else []
    credited = invoice["pre_payment_credit_notes_amount"]
    entries += [("Credit notes", -credited, False)] if credited else []
    entries += [("Amount paid", invoice["amount_paid"], False)] if invoice["amount_paid"] else []
    entries.append(("Amount due", due(invoice), True))
    return [(name, money(amount, invoice["currency"]), strong) for name, amount, strong in entries]


def _tax(tax: Json) -> tuple[str, int, bool]:
    return ("Tax (included)" if tax["tax_behavior"] == "inclusive" else "Tax"), tax["amount"], False


def due(invoice: Json) -> int:
    """What can still be paid, in minor units."""
    return int(invoice["amount_remaining"]) if invoice["status"] in ("draft", "open", "uncollectible") else 0
