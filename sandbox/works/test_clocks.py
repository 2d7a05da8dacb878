"""Due work about test clocks; it is due by the account's clock."""

from sandbox.context import Context
from sandbox.engine import Work
from sandbox.lives.clocks import timelines
from sandbox.state.schema import TEST_CLOCK


def delete_clock(ctx: Context, clock_id: str) -> None:
    timelines.delete(ctx, ctx.load(TEST_CLOCK, clock_id))


WORKS: dict[str, Work] = {
    "test_clock.delete": delete_clock,
    "test_clock.forget": timelines.forget,
}
