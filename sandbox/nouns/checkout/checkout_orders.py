"""What a Checkout session orders, through the operations that anyone else would use."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.nouns.checkout.checkout_lines import is_recurring
from sandbox.nouns.invoices import invoice_items, invoices
from sandbox.nouns.subscriptions import subscriptions

_COPIED = (
    "billing_cycle_anchor",
    "billing_cycle_anchor_config",
    "billing_mode",
    "default_tax_rates",
    "description",
    "metadata",
    "proration_behavior",
)
_TRIAL = ("trial_end", "trial_period_days", "trial_settings")


def subscribe(ctx: Context, session: Json, customer: str, method: str | None = None) -> Json:
    """The subscription of the session, stored, with its first invoice open: nothing is charged. One-time prices wait
    as invoice items, and so come with the first invoice."""
    data = session["_"]["given"].get("subscription_data") or {}
    items = []
    for line, price in lines_with_prices(ctx, session):
        if is_recurring(price):
            items.append(_entry(line))
        else:
            _wait(ctx, line, customer)
    given = {name: data[name] for name in (*_COPIED, *_TRIAL) if name in data}
    given |= {"customer": customer, "items": items, "payment_behavior": "default_incomplete", **_discounts(session)}
    if session["payment_method_types"] != ["card"]:
        given["payment_settings"] = {"payment_method_types": session["payment_method_types"]}
    if method:
        given["default_payment_method"] = method
    return subscriptions.create(ctx.with_params(given))


def _entry(line: Json) -> Json:
    entry = {"price": line["price"], "quantity": line["quantity"], "tax_rates": line["tax_rates"]}
    return {name: value for name, value in entry.items() if value is not None}


def _discounts(session: Json) -> Json:
    given = [{name: value for name, value in entry.items() if value} for entry in session["discounts"]]
    return {"discounts": given} if given else {}


def lines_with_prices(ctx: Context, session: Json) -> list[tuple[Json, Json]]:
    return [(line, ctx.load("price", line["price"])) for line in session["_"]["lines"]]


def _wait(ctx: Context, line: Json, customer: str, **place: str) -> None:
    given = {"customer": customer, "pricing": {"price": line["price"]}, "quantity": line["quantity"], **place}
    if line["tax_rates"] is not None:
        given["tax_rates"] = line["tax_rates"]
    invoice_items.create(ctx.with_params(given))


def one_off_invoice(ctx: Context, session: Json, customer: str) -> Json:
    """A draft with a line for each of the session's, and its discounts."""
    made = invoices.create(ctx.with_params({"customer": customer, "currency": _currency(ctx, session)}))
    for line in session["_"]["lines"]:
        _wait(ctx, line, customer, invoice=made["id"])
    if session["discounts"]:
        invoices.update(ctx.with_params(_discounts(session), id=made["id"]))
    return ctx.load("invoice", made["id"])


def _currency(ctx: Context, session: Json) -> str:
    return str(lines_with_prices(ctx, session)[0][1]["currency"])
