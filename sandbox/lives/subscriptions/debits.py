"""What each item was really debited, and for which time: the ground of what flexible billing credits.

A debit is what an item cost on an invoice (several lines for a tiered price), or an invoice item that still waits: its
amount in minor units for the time from `start` to `end`, of which nothing after `until` is left to be credited.
"""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.netting import Cuts, debited
from sandbox.money.money import divided

KEPT = 12
"""Debits of an item that are remembered: enough for changes that are dated back within a period."""


def renew(subscription: Json, item: Json, lines: list[Json]) -> None:
    """A new period: the lines of it replace what was debited before."""
    subscription["_"]["debits"].pop(item["id"], None)
    if lines:
        amount, period = sum(entry["amount"] for entry in lines), lines[0]["period"]
        add(subscription, item["id"], [entry["id"] for entry in lines], amount, period)


def add(
    subscription: Json, item_id: str, lines: list[str], amount: int, period: Json, cuts: Cuts | None = None
) -> None:
    """`lines`: of an invoice, or the one waiting invoice item, whose discounts are its `cuts`. A debit of no time is
    none."""
    if period["end"] <= period["start"]:
        return
    debit = {"amount": amount, **period, "until": period["end"], "lines": lines, "invoice": None, "cuts": cuts}
    known = subscription["_"]["debits"].get(item_id, [])
    subscription["_"]["debits"][item_id] = [*known, debit][-KEPT:]


def link(subscription: Json, made: Json) -> None:
    """Notes the invoice of those debits that are lines of it."""
    lines = {entry["id"] for entry in made["lines"]["data"]}
    for debits in subscription["_"]["debits"].values():
        for debit in debits:
            if not lines.isdisjoint(debit["lines"]):
                debit["invoice"] = made["id"]


def take_back(ctx: Context, subscription: Json, item_id: str, at: int) -> list[tuple[int, Json | None, Cuts]]:
    """What was debited for the time after `at` and not yet credited, by debit: the amount less its discounts, the
    credited line or None, and the discounts."""
    given = []
    for debit in subscription["_"]["debits"].get(item_id, []):
        start = max(at, debit["start"])
        if start >= debit["until"]:
            continue
        source = _source(ctx, debit)
        if source is not None:
            whole, cuts = debited(ctx, debit)
            parts = {discount: _part(debit, cut, start) for discount, cut in cuts.items()}
            given.append((_part(debit, whole, start), source or None, parts))
        debit["until"] = start
    _forget_used(subscription, item_id)
    return given


def _part(debit: Json, whole: int, start: int) -> int:
    """What is given back of a whole: from `start` to where the last credit began."""
    return _left(debit, whole, start) - _left(debit, whole, debit["until"])


def _left(debit: Json, whole: int, moment: int) -> int:
    """The debit's part after `moment`; rounded as a whole, so that parts add up to it."""
    return divided(whole * (debit["end"] - moment), debit["end"] - debit["start"])


def _source(ctx: Context, debit: Json) -> Json | None:
    """The invoice and line of a debit, empty while it waits; None where it was deleted or voided: then nothing was
    debited."""
    invoice_id = debit["invoice"]
    if invoice_id is None:
        waiting = ctx.store.get(debit["lines"][0])
        if waiting is None:
            return None
        invoice_id = waiting["invoice"]
    if invoice_id is None:
        return {}
    invoice = ctx.store.get(invoice_id)
    if invoice is None or invoice["status"] == "void":
        return None
    return {"invoice": invoice_id, "invoice_line_items": [_line_of(invoice, line) for line in debit["lines"]]}


def _line_of(invoice: Json, line_id: str) -> str:
    for entry in invoice["lines"]["data"]:
        details = entry["parent"]["subscription_item_details"] if entry["parent"] else None
        if details and details["invoice_item"] == line_id:
            return str(entry["id"])
    return line_id


def _forget_used(subscription: Json, item_id: str) -> None:
    known = subscription["_"]["debits"].get(item_id, [])
    left = [debit for debit in known if debit["until"] > debit["start"]]
    if left:
        subscription["_"]["debits"][item_id] = left
    else:
        subscription["_"]["debits"].pop(item_id, None)
