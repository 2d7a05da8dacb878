"""What lives on a test clock: who may join it, how far it can see, and how it ends with everything on it."""

from sandbox.context import RANKS, Context
from sandbox.events import KEPT_SECONDS
from sandbox.jsons import Json
from sandbox.lives.clocks.leaving import remove
from sandbox.lives.payments import ledger
from sandbox.money.periods import later
from sandbox.protocol.errors import invalid
from sandbox.state.schema import TEST_CLOCK

ENDED = ("canceled", "incomplete_expired")
_EVERYTHING = (
    "WITH owned AS (SELECT id FROM objects WHERE id = ? UNION SELECT id FROM objects WHERE customer = ?)"
    " SELECT id FROM owned UNION SELECT id FROM objects WHERE parent IN (SELECT id FROM owned) AND type <> 'event'"
)


def join(ctx: Context, clock_id: str) -> str:
    """A new customer's clock; raises where it is unknown, advancing, broken or full."""
    clock = ctx.load(TEST_CLOCK, clock_id, "test_clock", noun="test clock")
    check_usable(clock)
    limit = ctx.settings["test_clock_customers"]
    taken = ctx.store.rows("SELECT count(*) FROM objects WHERE clock = ? AND type = 'customer'", (clock_id,))[0][0]
    if limit and taken >= limit:
        raise invalid(f"A test clock can have at most {limit} customers.", "test_clock")
    return clock_id


def check_usable(clock: Json) -> None:
    if clock["status"] == "internal_failure":
        raise invalid(f"Test clock {clock['id']} failed to advance and can only be deleted.", "test_clock")


def check_room(ctx: Context, customer: Json) -> None:
    """Before a new subscription: a customer on a test clock has only few."""
    limit = ctx.settings["test_clock_subscriptions"]
    if not customer["test_clock"] or not limit:
        return
    running = [one for one in ctx.store.find("subscription", customer=customer["id"]) if one["status"] not in ENDED]
    if len(running) >= limit:
        raise invalid(f"A customer on a test clock can have at most {limit} subscriptions.", "customer")


def check_joins(ctx: Context, customer: Json, clock: Json) -> None:
    """An existing customer can join a clock once, and cannot go back in time."""
    if customer["test_clock"]:
        raise invalid("This customer is already attached to a test clock.", "customer")
    if clock["frozen_time"] < ctx.now:
        raise invalid("An existing customer cannot be attached to a test clock in the past.", "frozen_time")


def attach(ctx: Context, customer: Json) -> None:
    """The customer moves to the clock that `ctx` is on, with all it has, due work included."""
    for row in ctx.store.rows(_EVERYTHING, (customer["id"],) * 2):
        stored = ctx.store.get(row[0])
        if stored is not None and stored["id"] != customer["id"]:
            ctx.store.put(stored)
        ctx.store.db.execute("UPDATE due SET clock = ? WHERE id = ?", (ctx.clock, row[0]))
    ctx.update(customer, "customer.updated")


def furthest(ctx: Context, clock: Json) -> int | None:
    """Up to when the clock may be advanced now: two intervals of its shortest subscription, or two years."""
    count, now = ctx.settings["test_clock_intervals"], clock["frozen_time"]
    if not count:
        return None
    running = [one for one in ctx.store.find("subscription", clock=clock["id"]) if one["status"] not in ENDED]
    intervals = [item["price"]["recurring"] for one in running for item in one["items"]["data"]]
    ends = [later(now, each["interval"], each["interval_count"] * count) for each in intervals]
    return min(ends, default=later(now, "year", 2))


def delete(ctx: Context, clock: Json) -> None:
    """The clock with its customers and everything of them; their tombstones stay, and the events for 30 days."""
    for customer in ctx.store.find("customer", clock=clock["id"]):
        if not customer.get("deleted"):
            remove(ctx, customer)
    ledger.forget(ctx, clock["id"])
    ctx.emit("test_helpers.test_clock.deleted", clock)
    ctx.store.db.execute("DELETE FROM due WHERE clock = ?", (clock["id"],))
    kept = "SELECT id FROM objects WHERE clock = ? AND type NOT IN ('event', 'customer')"
    for row in ctx.store.rows(kept, (clock["id"],)):
        ctx.store.drop(row[0])
    ctx.store.drop(clock["id"])
    ctx.store.drop_counter(ctx.counter)
    ctx.store.timeline = None
    ctx.store.schedule("test_clock.forget", clock["id"], ctx.account_now + KEPT_SECONDS, RANKS["test_clock.forget"])


def forget(ctx: Context, clock_id: str) -> None:
    """The events of a deleted clock, once they are 30 days old."""
    ctx.store.db.execute("DELETE FROM objects WHERE clock = ? AND type = 'event'", (clock_id,))
