"""Due work of Checkout sessions."""

from sandbox.context import Context
from sandbox.engine import Work
from sandbox.lives import checkouts


def expire_session(ctx: Context, session_id: str) -> None:
    session = ctx.load("checkout.session", session_id)
    if session["status"] == "open":
        checkouts.expire(ctx, session)


WORKS: dict[str, Work] = {"checkout.expire": expire_session}
