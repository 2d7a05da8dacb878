"""The life of a dispute: the money withdrawn, the evidence, the decision, the money back.

Sources: Stripe's pages "How disputes work", "Respond to disputes" and, for the texts that decide at once, "Testing".
"""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.payments import ledger
from sandbox.money.fees import DISPUTE_FEE
from sandbox.money.periods import DAY
from sandbox.shapes.dispute import dispute

ANSWER_WITHIN = 14 * DAY
DECIDED_AFTER = 60 * DAY
INQUIRY_LASTS = 120 * DAY
OPEN = ("needs_response", "under_review", "warning_needs_response", "warning_under_review")
_UNDER_REVIEW = {"needs_response": "under_review", "warning_needs_response": "warning_under_review"}


def open_dispute(ctx: Context, charge: Json, reason: str, *, inquiry: bool = False, amount: int | None = None) -> Json:
    """Disputes a stored, captured charge. An inquiry moves no money; a bank debit called back cannot be contested."""
    due = (ctx.now + ANSWER_WITHIN) // DAY * DAY + DAY - 1
    status = "warning_needs_response" if inquiry else "needs_response"
    made = dispute(
        ctx.new_id("du_"),
        ctx.now,
        charge,
        amount=charge["amount_captured"] if amount is None else amount,
        reason=reason,
        status=status,
        due_by=due,
    )
    charge["disputed"] = True
    ctx.update(charge, "charge.updated")
    ctx.create(made, "charge.dispute.created")
    if not inquiry:
        _withdraw(ctx, made)
    if charge["payment_method_details"]["type"] == "card":
        ctx.schedule("dispute.close", made["id"], ctx.now + INQUIRY_LASTS if inquiry else due)
    else:
        made["evidence_details"]["due_by"] = 0
        close(ctx, made, "lost")
    return made


def _withdraw(ctx: Context, made: Json) -> None:
    text = f"Chargeback withdrawal for {made['charge']}"
    _move(ctx, made, -made["amount"], DISPUTE_FEE, "dispute", text)
    made["is_charge_refundable"] = False
    ctx.update(made, "charge.dispute.funds_withdrawn")


def _move(ctx: Context, made: Json, amount: int, fee: int, category: str, text: str) -> None:
    entry = ledger.book(ctx, "adjustment", amount, made, fee=fee, category=category, description=text)
    made["balance_transactions"].append({key: value for key, value in entry.items() if key != "_"})


def submit(ctx: Context, made: Json) -> Json:
    """The evidence goes to the bank. Stripe's texts for tests decide at once; else the bank decides in its time."""
    details = made["evidence_details"]
    details.update(submission_count=details["submission_count"] + 1, past_due=ctx.now > (details["due_by"] or 0))
    text, inquiry = made["evidence"]["uncategorized_text"], made["status"].startswith("warning")
    made["status"] = _UNDER_REVIEW[made["status"]]
    ctx.update(made, "charge.dispute.updated")
    if text == "escalate_inquiry_evidence" and inquiry:
        return _escalate(ctx, made)
    if text in ("winning_evidence", "losing_evidence"):
        verdict = "warning_closed" if inquiry else "won" if text == "winning_evidence" else "lost"
        return close(ctx, made, verdict)
    if not inquiry:
        ctx.schedule("dispute.close", made["id"], ctx.now + DECIDED_AFTER)
    return made


def _escalate(ctx: Context, made: Json) -> Json:
    """An inquiry becomes a chargeback, which is answered anew."""
    made["status"] = "needs_response"
    made["evidence_details"]["due_by"] = due = (ctx.now + ANSWER_WITHIN) // DAY * DAY + DAY - 1
    if made["payment_method_details"]:
        made["payment_method_details"]["card"]["case_type"] = "chargeback"
    ctx.update(made, "charge.dispute.updated")
    _withdraw(ctx, made)
    ctx.schedule("dispute.close", made["id"], due)
    return made


def close(ctx: Context, made: Json, status: str) -> Json:
    """The end: `won` brings the money and the fee back, `lost` and `warning_closed` move nothing."""
    ctx.unschedule("dispute.close", made["id"])
    made["status"] = status
    if status == "won":
        text = f"Chargeback reversal for {made['charge']}"
        _move(ctx, made, made["amount"], -DISPUTE_FEE, "dispute_reversal", text)
        ctx.update(made, "charge.dispute.funds_reinstated")
    else:
        ctx.store.put(made)
    ctx.emit("charge.dispute.closed", made)
    return made


def lapse(ctx: Context, made: Json) -> None:
    """Nobody answered in time, or the bank has decided against the evidence; an inquiry simply ends."""
    if made["status"] in OPEN:
        close(ctx, made, "warning_closed" if made["status"].startswith("warning") else "lost")
