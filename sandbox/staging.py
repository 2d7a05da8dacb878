"""Staging: single events, a customer's answer to authentication, endpoints with a chosen secret."""

from sandbox.application import Account
from sandbox.context import Context
from sandbox.errors import invalid
from sandbox.events import record
from sandbox.jsons import Json, public
from sandbox.lives.redeeming import give_to_customer
from sandbox.nouns import authenticating
from sandbox.samples import sample


def _context(account: Account) -> Context:
    return Context(account.store, account.clock.now, account.settings, guarded=True)


def trigger(account: Account, given: Json) -> Json:
    """{"type": event type, "object": id, "overrides": {...}, "previous_attributes": {...}}: emits one event.

    Without an id the newest object of the type's kind is taken, or a realistic one is made up. Overrides change
    only what the event says, not what is stored.
    """
    kind = given.get("type")
    if not isinstance(kind, str) or "." not in kind:
        raise invalid("type must be an event type, such as invoice.paid", "type")
    with account.store.transaction():
        ctx = _context(account)
        shown = _subject(ctx, kind, given.get("object"))
        previous = given.get("previous_attributes")
        event = record(ctx, kind, {**shown, **(given.get("overrides") or {})}, previous)
    account.delivery.wake()
    return event


def _subject(ctx: Context, kind: str, object_id: str | None) -> Json:
    if object_id is None:
        return sample(ctx, kind)
    stored = ctx.store.get(object_id)
    if stored is None:
        raise invalid(f"No such object: '{object_id}'", "object", "resource_missing", 404)
    return public(stored)


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
