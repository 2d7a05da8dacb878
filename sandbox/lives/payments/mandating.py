"""Mandates: a bank account is debited only with its owner's permission."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.shapes.mandate import mandate


def permit(ctx: Context, method: Json, acceptance: Json | None = None) -> str | None:
    """The id of the mandate of a stored bank account, which is made at its first use; a card has none."""
    if method["type"] == "card":
        return None
    if method["_"]["mandate"] is None:
        made = ctx.create(mandate(ctx.new_id("mandate_"), ctx.now, method, acceptance))
        method["_"]["mandate"] = made["id"]
        ctx.store.put(method)
    return str(method["_"]["mandate"])


def revoke(ctx: Context, method: Json) -> None:
    """A detached bank account may no longer be debited."""
    if method["_"].get("mandate"):
        made = ctx.load("mandate", method["_"]["mandate"])
        made["status"] = "inactive"
        ctx.update(made, "mandate.updated")
