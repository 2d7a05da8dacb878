"""The customer's balance: negative is credit, positive is owed; each change leaves a transaction."""

from sandbox.context import Context
from sandbox.jsons import Json


def change_balance(
    ctx: Context,
    customer: Json,
    change: int,
    kind: str = "adjustment",
    invoice: str | None = None,
    description: str | None = None,
    credit_note: str | None = None,
) -> Json:
    """Writes the customer with its new balance (minor units), and the transaction that says why."""
    customer["balance"] += change
    ctx.update(customer, "customer.updated")
    return ctx.create(
        {
            "id": ctx.new_id("cbtxn_"),
            "object": "customer_balance_transaction",
            "amount": change,
            "checkout_session": None,
            "created": ctx.now,
            "credit_note": credit_note,
            "currency": customer["currency"] or ctx.settings["default_currency"],
            "customer": customer["id"],
            "customer_account": None,
            "description": description,
            "ending_balance": customer["balance"],
            "invoice": invoice,
            "livemode": False,
            "metadata": {},
            "type": kind,
        }
    )
