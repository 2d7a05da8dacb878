"""Staging: a customer's answer to authentication, endpoints with a chosen secret."""

from sandbox.application import Account
from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.invoices.redeeming import give_to_customer
from sandbox.nouns.checkout import authenticating
from sandbox.protocol.errors import invalid


def _context(account: Account) -> Context:
    return Context(account.store, account.clock.now, account.settings, guarded=True)


def discount(account: Account, given: Json) -> Json:
    """{"customer": id, "coupon": id}: gives a customer a discount, as only Stripe's Dashboard still does."""
    with account.store.transaction():
        ctx = _context(account)
        customer = ctx.load("customer", str(given.get("customer")), "customer")
        made = give_to_customer(ctx, customer, str(given.get("coupon")))
    account.delivery.wake()
    return made


def authenticate(account: Account, given: Json) -> Json:
    """{"payment_intent" or "setup_intent": id, "outcome": "succeed" | "fail"}: what the customer's bank says."""
    with account.store.transaction():
        ctx = _context(account)
        intent = authenticating.load(ctx, str(given.get("setup_intent") or given.get("payment_intent")))
        if intent["status"] != "requires_action":
            raise invalid(f"This {intent['object']} does not wait for authentication.", intent["object"])
        result = public(authenticating.answer(ctx, intent, given.get("outcome", "succeed") == "succeed"))
    account.delivery.wake()
    return result
