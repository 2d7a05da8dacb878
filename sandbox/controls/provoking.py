"""Trouble on demand: a dispute of any charge, a payout that the bank sends back, the end of a debit or of a refund."""

from sandbox.application import Account
from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.payments import charging, disputing, paying_out, refunding
from sandbox.lives.settling import outcomes
from sandbox.methods.declines import DEBIT_FAILED
from sandbox.protocol.errors import invalid
from sandbox.shapes.dispute import DEBIT_REASONS, NETWORK_CODES


def _context(account: Account) -> Context:
    return Context(account.store, account.clock.now, account.settings, guarded=True)


def dispute(account: Account, given: Json) -> Json:
    """{"charge" or "payment_intent": id, "reason", "inquiry": bool, "amount"}: the customer questions a payment."""
    with account.store.transaction():
        ctx = _context(account)
        charge = _charge(ctx, given)
        reason = _reason(charge, given)
        amount = int(given.get("amount") or charge["amount_captured"])
        if not 0 < amount <= charge["amount_captured"]:
            raise invalid("amount must be positive and at most what was captured.", "amount")
        made = disputing.open_dispute(ctx, charge, reason, inquiry=bool(given.get("inquiry")), amount=amount)
    account.delivery.wake()
    return public(made)


def _reason(charge: Json, given: Json) -> str:
    card = charge["payment_method_details"]["type"] == "card"
    reasons = sorted(NETWORK_CODES) if card else DEBIT_REASONS
    reason = str(given.get("reason", "fraudulent" if card else "debit_not_authorized"))
    if reason not in reasons or (given.get("inquiry") and not card):
        raise invalid(f"reason must be one of {', '.join(reasons)}; only cards are asked about.", "reason")
    return reason


def _charge(ctx: Context, given: Json) -> Json:
    if given.get("payment_intent"):
        intent = ctx.load("payment_intent", str(given["payment_intent"]), "payment_intent")
        given = {"charge": intent["latest_charge"]}
    charge = ctx.load("charge", str(given.get("charge")), "charge")
    if charge["status"] != "succeeded" or not charge["captured"]:
        raise invalid("Only a captured charge can be disputed.", "charge")
    if charge["disputed"]:
        raise invalid("This charge is disputed already.", "charge")
    return charge


def fail_payout(account: Account, given: Json) -> Json:
    """{"payout": id, "failure_code"}: the bank sends it back, on its way or after it seemed to arrive."""
    code = str(given.get("failure_code", "could_not_process"))
    if code not in paying_out.FAILURES:
        raise invalid(f"failure_code must be one of {', '.join(sorted(paying_out.FAILURES))}", "failure_code")
    with account.store.transaction():
        ctx = _context(account)
        payout = ctx.load("payout", str(given.get("payout")), "payout")
        if payout["status"] not in ("pending", "in_transit", "paid"):
            raise invalid(f"This payout is {payout['status']}.", "payout")
        paying_out.fail(ctx, payout, code)
    account.delivery.wake()
    return public(payout)


def settle_debit(account: Account, given: Json) -> Json:
    """{"payment_intent": id, "outcome": "succeed" | "fail"}: the bank answers a processing debit now."""
    with account.store.transaction():
        ctx = _context(account)
        intent = ctx.load("payment_intent", str(given.get("payment_intent")), "payment_intent")
        if intent["status"] != "processing":
            raise invalid("This payment intent is not processing.", "payment_intent")
        failure = DEBIT_FAILED if given.get("outcome") == "fail" else None
        outcomes.settle_invoice(ctx, charging.settle(ctx, intent, failure), counted=True)
    account.delivery.wake()
    return public(intent)


def fail_refund(account: Account, given: Json) -> Json:
    """{"refund": id}: a refund that succeeded, or was pending, comes back."""
    with account.store.transaction():
        ctx = _context(account)
        refund = ctx.load("refund", str(given.get("refund")), "refund")
        if refund["status"] == "failed":
            raise invalid("This refund has failed already.", "refund")
        refunding.fail(ctx, refund, "unknown")
    account.delivery.wake()
    return public(refund)
