"""From parameters to a credit note: its lines with their discounts and taxes, and how it is split."""

from decimal import ROUND_HALF_UP, Decimal

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.invoices.rating import tax_rates
from sandbox.lives.invoices.totals import rates_of
from sandbox.lives.settling.issuing import creditable, left_of, share
from sandbox.money.money import divided
from sandbox.money.taxing import shown, taxes_of
from sandbox.protocol.errors import StripeError, invalid, missing, missing_parameter
from sandbox.protocol.params import merge_metadata
from sandbox.shapes import credit_note as shapes


def build(ctx: Context, invoice: Json, given: Json) -> Json:
    """A note that is not stored, within what can still be credited; split before and after payment."""
    _check_invoice(invoice)
    lines = [_line(ctx, invoice, entry, f"lines[{index}]") for index, entry in enumerate(given.get("lines") or [])]
    _check_lines(invoice, lines)
    if not lines:
        if given.get("amount") is None:
            raise missing_parameter("amount")
        lines = [_whole(ctx, invoice, given["amount"])]
    made = shapes.credit_note(ctx.new_id("cn_"), ctx.now, invoice, lines, given)
    made["metadata"] = merge_metadata({}, given.get("metadata", {}))
    if given.get("amount") is not None and given["amount"] != made["total"]:
        raise invalid(f"The sum of the lines ({made['total']}) must equal the amount ({given['amount']}).", "amount")
    if not 0 < made["total"] <= creditable(invoice):
        raise _too_much(made["total"], creditable(invoice), "lines" if given.get("lines") else "amount")
    _split(invoice, made)
    return made


def _check_invoice(invoice: Json) -> None:
    if invoice["status"] in ("draft", "void"):
        message = f"Credit notes can only be issued for finalized invoices; {invoice['id']} is {invoice['status']}."
        raise invalid(message, "invoice")
    if invoice["_"].get("processing"):
        raise invalid("The invoice's payment is being processed; wait until it has succeeded or failed.", "invoice")


def _too_much(wanted: int, left: int, param: str) -> StripeError:
    return invalid(f"The credit note ({wanted}) must be positive and at most what is left to credit ({left}).", param)


def _check_lines(invoice: Json, lines: list[Json]) -> None:
    """Together, lines of one invoice line must not exceed it. Rounded shares are right for each line once."""
    named = [line["invoice_line_item"] for line in lines if line["type"] == "invoice_line_item"]
    if len(set(named)) < len(named):
        raise invalid("An invoice line item can be given once in a credit note.", "lines")


def _line(ctx: Context, invoice: Json, given: Json, path: str) -> Json:
    if given["type"] == "custom_line_item":
        return _custom(ctx, invoice, given, path)
    for name in ("description", "tax_rates", "unit_amount", "unit_amount_decimal"):
        if name in given:
            raise invalid(f"`{name}` is only for lines of type custom_line_item.", f"{path}[{name}]")
    if not given.get("invoice_line_item"):
        raise missing_parameter(f"{path}[invoice_line_item]")
    return _of_invoice_line(ctx, invoice, given, path)


def _of_invoice_line(ctx: Context, invoice: Json, given: Json, path: str) -> Json:
    found = [entry for entry in invoice["lines"]["data"] if entry["id"] == given["invoice_line_item"]]
    if not found:
        raise missing("invoice line item", given["invoice_line_item"], f"{path}[invoice_line_item]")
    source, quantity = found[0], given.get("quantity")
    amount = _amount(source, given, path)
    if not 0 < amount <= left_of(invoice, source):
        raise _too_much(amount, left_of(invoice, source), f"{path}[{'amount' if quantity is None else 'quantity'}]")
    made = shapes.line(ctx.new_id("cnli_"), "invoice_line_item", amount, source["description"])
    made.update(invoice_line_item=source["id"], metadata=merge_metadata({}, given.get("metadata", {})))
    if quantity is not None:
        unit = source["pricing"]["unit_amount_decimal"] if source["pricing"] else None
        exact = unit if unit is None else Decimal(unit)
        made.update(quantity=quantity, unit_amount_decimal=unit)
        made["unit_amount"] = int(exact) if exact is not None and exact == exact.to_integral_value() else None
    _take_shares(invoice, source, made)
    made["tax_rates"] = [public(rate) for rate in rates_of(ctx, invoice, source)]
    return made


def _amount(source: Json, given: Json, path: str) -> int:
    quantity, amount = given.get("quantity"), given.get("amount")
    if (quantity is None) == (amount is None):
        raise invalid("You must specify exactly one of amount, quantity.", f"{path}[amount]")
    if amount is not None:
        return int(amount)
    if not source["quantity"] or quantity > source["quantity"]:
        raise invalid(f"The quantity may be at most {source['quantity']}.", f"{path}[quantity]")
    exact = Decimal(source["quantity_decimal"]) * 10**12
    return divided(source["amount"] * quantity * 10**12, int(exact))


def _take_shares(invoice: Json, source: Json, made: Json) -> None:
    """The parts of the line's discounts and taxes that go with the credited amount."""
    amount = made["amount"]
    for entry in source["discount_amounts"]:
        part = share(invoice, source, entry["discount"], entry["amount"], amount)
        made["discount_amounts"].append({"amount": part, "discount": entry["discount"]})
        made["discount_amount"] += part
        made["_own"] += part if entry["discount"] in source["discounts"] else 0
        if part:
            pretax = {"amount": part, "credit_balance_transaction": None, "discount": entry["discount"]}
            made["pretax_credit_amounts"].append({**pretax, "type": "discount"})
    for tax in source["taxes"]:
        rate = tax["tax_rate_details"]["tax_rate"]
        part = share(invoice, source, rate, tax["amount"], amount)
        base = share(invoice, source, f"base:{rate}", tax["taxable_amount"], amount)
        made["taxes"].append({**tax, "amount": part, "taxable_amount": base})


def _custom(ctx: Context, invoice: Json, given: Json, path: str) -> Json:
    """A line of its own: quantity times unit amount, with its own tax rates."""
    for name in ("amount", "invoice_line_item"):
        if name in given:
            raise invalid(f"`{name}` is only for lines of type invoice_line_item.", f"{path}[{name}]")
    if not given.get("description"):
        raise missing_parameter(f"{path}[description]")
    if ("unit_amount" in given) == ("unit_amount_decimal" in given):
        message = "You must specify exactly one of unit_amount, unit_amount_decimal."
        raise invalid(message, f"{path}[unit_amount]")
    unit, quantity = str(given.get("unit_amount", given.get("unit_amount_decimal"))), given.get("quantity", 1)
    amount = int((Decimal(unit) * quantity).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    made = shapes.line(ctx.new_id("cnli_"), "custom_line_item", amount, given["description"])
    made.update(quantity=quantity, unit_amount=given.get("unit_amount"), unit_amount_decimal=unit)
    made["metadata"] = merge_metadata({}, given.get("metadata", {}))
    made["tax_rates"] = tax_rates(ctx, given.get("tax_rates"), f"{path}[tax_rates]")
    exempt = invoice["customer_tax_exempt"] or "none"
    made["taxes"] = [shown(tax, exempt) for tax in taxes_of(amount, made["tax_rates"])]
    return made


def _whole(ctx: Context, invoice: Json, amount: int) -> Json:
    """One custom line for a note that was given as an amount alone."""
    made = shapes.line(ctx.new_id("cnli_"), "custom_line_item", amount, f"Credit for invoice {invoice['number']}")
    made.update(quantity=1, unit_amount=amount, unit_amount_decimal=str(amount))
    return made


def _split(invoice: Json, made: Json) -> None:
    """First less is due; what exceeds that has been paid already and is given back."""
    before = min(made["total"], invoice["amount_remaining"])
    after = made["total"] - before
    kind = "mixed" if before and after else "pre_payment" if before else "post_payment"
    made.update(pre_payment_amount=before, post_payment_amount=after, type=kind)
