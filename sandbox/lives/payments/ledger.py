"""The account's ledger: every movement of its balance, and what the movements add up to.

All is settled in the account's default currency, as Stripe does for an account with one bank account: a payment in
another currency is converted when it is booked, at a fixed rate (`exchange_rate`). The sums per currency are kept as
[available, pending], so that the balance is read without adding up.
"""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.money.exchange import converted, rate
from sandbox.money.periods import DAY
from sandbox.shapes.balance_transaction import balance_transaction

SETTLES_AFTER = 2 * DAY
AUTOMATIC = "payouts"
"""The id under which the next automatic payout is scheduled."""


def settled(ctx: Context, amount: int, currency: str) -> int:
    """An amount in the currency that the account is paid in."""
    return converted(amount, currency, ctx.settings["default_currency"])


def book(
    ctx: Context,
    kind: str,
    amount: int,
    source: Json,
    *,
    fee: int = 0,
    description: str | None = None,
    category: str | None = None,
    delay: int = 0,
) -> Json:
    """Books a movement caused by `source`: `amount` in the minor units and the currency of the source, `fee` in those
    of the account; available after `delay` seconds. Returns the stored balance transaction."""
    own, foreign = ctx.settings["default_currency"], source["currency"]
    entry = balance_transaction(
        ctx.new_id("txn_"),
        ctx.now,
        kind=kind,
        amount=settled(ctx, amount, foreign),
        fee=fee,
        currency=own,
        source=source["id"],
        description=description,
        available_on=ctx.now + delay,
        category=category,
        exchange_rate=None if own == foreign else float(rate(foreign, own)),
    )
    ctx.create(entry)
    if delay:
        _add(ctx, entry, pending=entry["net"])
        ctx.schedule("balance.available", entry["id"], entry["available_on"])
    else:
        _add(ctx, entry, available=entry["net"])
        _plan_payout(ctx)
    return entry


def free(ctx: Context, entry: Json) -> None:
    """A pending movement has become available."""
    if entry["status"] == "pending":
        ctx.store.put({**entry, "status": "available"})
        _add(ctx, entry, available=entry["net"], pending=-entry["net"])
        _plan_payout(ctx)


def forget(ctx: Context, clock_id: str) -> None:
    """The movements of a test clock that is deleted leave the balance with it, also those that were paid out."""
    for entry in ctx.store.find("balance_transaction", clock=clock_id):
        pending = entry["status"] == "pending"
        _add(ctx, entry, available=0 if pending else -entry["net"], pending=-entry["net"] if pending else 0)


def sums(ctx: Context) -> dict[str, list[int]]:
    """Currency -> [available, pending]."""
    kept: dict[str, list[int]] = ctx.store.note("balance", {})
    return kept or {ctx.settings["default_currency"]: [0, 0]}


def _add(ctx: Context, entry: Json, available: int = 0, pending: int = 0) -> None:
    kept = ctx.store.note("balance", {})
    before = kept.get(entry["currency"], [0, 0])
    kept[entry["currency"]] = [before[0] + available, before[1] + pending]
    ctx.store.set_note("balance", kept)


def _plan_payout(ctx: Context) -> None:
    """The next automatic payout, at the coming midnight (UTC) of the account's clock. What becomes available on a
    test clock waits for the account's next payout."""
    if ctx.clock is None and ctx.settings["payout_interval"] == "daily":
        ctx.schedule("payout.create", AUTOMATIC, (ctx.now // DAY + 1) * DAY)
