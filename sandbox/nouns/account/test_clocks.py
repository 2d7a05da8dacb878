"""Test clocks: a time of their own for the customers that live on them.

Rules: docs.stripe.com/billing/testing/test-clocks and the annotations of the SDK. The numbers of the limits are
settings of the account; 0 is no limit.
"""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.clocks import timelines
from sandbox.money.periods import DAY
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import PAGE, Kind, required, text, timestamp
from sandbox.state.schema import TEST_CLOCK

CREATE: dict[str, Kind] = {"frozen_time": required(timestamp), "name": text, "customer": text}
ADVANCE: dict[str, Kind] = {"frozen_time": required(timestamp)}
LIST = PAGE


def create(ctx: Context) -> Json:
    limit = ctx.settings["test_clocks"]
    if limit and len(ctx.store.find(TEST_CLOCK)) >= limit:
        raise invalid(f"You have reached the limit of {limit} test clocks; delete some first.")
    customer = ctx.load("customer", ctx.params["customer"], "customer") if ctx.param("customer") else None
    clock = _clock(ctx)
    ctx.schedule("test_clock.delete", clock["id"], clock["deletes_after"])
    ctx.create(clock)
    if customer is not None:
        timelines.check_joins(ctx, customer, clock)
    ctx.move(clock["id"])
    ctx.emit("test_helpers.test_clock.created", clock)
    if customer is not None:
        timelines.attach(ctx, customer)
    return public(clock)


def _clock(ctx: Context) -> Json:
    return {
        "id": ctx.new_id("clock_"),
        "object": TEST_CLOCK,
        "created": ctx.now,
        "deletes_after": ctx.now + ctx.settings["test_clock_days"] * DAY,
        "frozen_time": ctx.params["frozen_time"],
        "livemode": False,
        "name": ctx.param("name"),
        "status": "ready",
        "status_details": {},
    }


def list_all(ctx: Context) -> Json:
    return page(ctx, TEST_CLOCK, "/v1/test_helpers/test_clocks")


def retrieve(ctx: Context) -> Json:
    return public(_load(ctx))


def _load(ctx: Context) -> Json:
    return ctx.load(TEST_CLOCK, ctx.path["id"], noun="test clock")


def advance(ctx: Context) -> Json:
    """Only sets out: the engine lives through the time in the background, and the clock is `ready` at its end."""
    clock, target = _load(ctx), ctx.params["frozen_time"]
    if clock["status"] != "ready":
        raise invalid(f"Test clock {clock['id']} cannot be advanced: its status is {clock['status']}.")
    if target <= clock["frozen_time"]:
        raise invalid("The test clock can only be advanced to a time after its current frozen time.", "frozen_time")
    furthest = timelines.furthest(ctx, clock)
    if furthest is not None and target > furthest:
        raise invalid(
            "A test clock cannot be advanced more than two intervals of its shortest subscription at a time, or two"
            f" years without subscriptions: {furthest} at most.",
            "frozen_time",
        )
    clock.update(status="advancing", status_details={"advancing": {"target_frozen_time": target}})
    ctx.create(clock, "test_helpers.test_clock.advancing")
    ctx.store.clock_told.set()
    return public(clock)


def delete(ctx: Context) -> Json:
    clock = _load(ctx)
    timelines.delete(ctx, clock)
    return {"id": clock["id"], "object": TEST_CLOCK, "deleted": True}
