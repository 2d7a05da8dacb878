"""Previews: the real thing, done and undone, so that they equal to the cent what is charged later."""

import copy
from collections.abc import Callable

from sandbox.context import Context
from sandbox.errors import invalid
from sandbox.jsons import Json, public
from sandbox.lives import cycles, phasing
from sandbox.lives.schedule import period_of

Making = Callable[[Context], Json | None]


def rehearse(ctx: Context, making: Making) -> Json | None:
    """The draft that `making` makes, as a preview; everything it wrote is undone, and no event was recorded."""
    quiet = copy.copy(ctx)
    quiet.silent = True
    with ctx.store.trial_run():
        made = making(quiet)
    return _preview(made) if made is not None else None


def _preview(made: Json) -> Json:
    shown = public(made)
    shown["id"] = "upcoming_in_" + made["id"].removeprefix("in_")
    for entry in shown["lines"]["data"]:
        entry.update(id=entry["id"].replace("il_", "il_tmp_"), invoice=None)
    shown["lines"]["url"] = f"/v1/invoices/upcoming/lines?invoice={shown['id']}"
    return shown


def renewal(ctx: Context, subscription: Json) -> Json:
    """The invoice of the next renewal; raises `invoice_upcoming_none` where there will be none."""

    def making(quiet: Context) -> Json:
        return next_renewal(quiet, subscription)

    coming = rehearse(ctx, making)
    assert coming is not None  # noqa: S101 - next_renewal returns or raises
    return coming


def next_renewal(quiet: Context, subscription: Json) -> Json:
    """Inside a rehearsal: the draft at the end of the subscription's present period."""
    if subscription["status"] in ("canceled", "incomplete_expired", "paused") or subscription["cancel_at_period_end"]:
        raise invalid(
            f"No upcoming invoices for customer: {subscription['customer']}", code="invoice_upcoming_none", status=404
        )
    turned = phasing.next_draft(quiet, subscription)
    if turned is not None:
        return turned
    quiet.now = period_of(subscription)[1]
    return cycles.prepare_renewal(quiet, subscription)
