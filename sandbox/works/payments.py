"""Due work of money on its way."""

from sandbox.context import Context
from sandbox.engine import Work


def free_balance(ctx: Context, transaction_id: str) -> None:
    """What was charged or refunded two days ago counts as available."""
    entry = ctx.load("balance_transaction", transaction_id)
    ctx.store.put({**entry, "status": "available"})


WORKS: dict[str, Work] = {
    "balance.available": free_balance,
}
