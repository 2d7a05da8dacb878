"""Due work of subscription schedules."""

from sandbox.context import Context
from sandbox.engine import Work
from sandbox.lives.schedules import phasing


def turn_phase(ctx: Context, schedule_id: str) -> None:
    schedule = ctx.load("subscription_schedule", schedule_id)
    if schedule["status"] in ("not_started", "active"):
        phasing.turn(ctx, schedule)


def announce_end(ctx: Context, schedule_id: str) -> None:
    ctx.emit("subscription_schedule.expiring", ctx.load("subscription_schedule", schedule_id))


WORKS: dict[str, Work] = {
    "schedule.phase": turn_phase,
    "schedule.expiring": announce_end,
}
