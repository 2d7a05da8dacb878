"""Payment methods: made from a test token wherever an id is accepted, and tied to customers."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.payments.mandating import permit, revoke
from sandbox.methods.banks import BANKS, Bank
from sandbox.methods.cards import CARDS, Card, card_of
from sandbox.methods.declines import Decline
from sandbox.protocol.errors import declined, invalid, missing
from sandbox.shapes.payment_method import payment_method


def is_token(given: str) -> bool:
    return given in CARDS or given in BANKS


def made_of(ctx: Context, token: str) -> Json:
    """A new payment method, not yet stored, for a test token."""
    instrument: Card | Bank = CARDS[token] if token in CARDS else BANKS[token]
    return payment_method(ctx.new_id("pm_"), ctx.now, token, instrument)


def resolve(ctx: Context, given: str, param: str = "payment_method") -> Json:
    """The payment method for an id, or a new one for a test token such as `pm_card_visa`."""
    if is_token(given):
        return ctx.create(made_of(ctx, given))
    if given.startswith(("pm_card_", "pm_usBankAccount_", "pm_sepaDebit_")):
        raise missing("PaymentMethod", given, param)
    return ctx.load("payment_method", given, param, noun="PaymentMethod")


def attach(ctx: Context, method: Json, customer_id: str) -> Json:
    """Ties a method to a customer; a card that its issuer refuses cannot be saved (402)."""
    if method["customer"] == customer_id:
        return method
    if method["customer"] is not None:
        raise invalid("The payment method you provided has already been attached to a customer.", "payment_method")
    decline = refuses_attaching(method)
    if decline is not None:
        raise declined(decline.code, decline.decline_code, decline.message, param="")
    method["customer"] = customer_id
    permit(ctx, method)
    return ctx.update(method, "payment_method.attached")


def refuses_attaching(method: Json) -> Decline | None:
    """Why the issuer does not let a card be saved; None where it does. Bank accounts always can be."""
    if method["type"] != "card" or card_of(method).attaches:
        return None
    return card_of(method).decline


def owned(ctx: Context, given: str, customer_id: str, param: str) -> Json:
    """A method to be used as a default of this customer: a token is attached on the way, others must be attached."""
    method = resolve(ctx, given, param)
    if is_token(given):
        return attach(ctx, method, customer_id)
    if method["customer"] != customer_id:
        raise invalid(
            f"The customer does not have a payment method with the ID {given}. The payment method must be attached"
            " to the customer.",
            param,
            "resource_missing",
        )
    return method


def detach(ctx: Context, method: Json) -> Json:
    """Unties it; it can never be used again, and stops being anyone's default."""
    customer = ctx.load("customer", method["customer"])
    if customer["invoice_settings"]["default_payment_method"] == method["id"]:
        customer["invoice_settings"]["default_payment_method"] = None
        ctx.update(customer, "customer.updated")
    for subscription in ctx.store.find("subscription", customer=customer["id"]):
        if subscription["default_payment_method"] == method["id"]:
            subscription["default_payment_method"] = None
            ctx.update(subscription, "customer.subscription.updated")
    method["customer"] = None
    revoke(ctx, method)
    return ctx.update(method, "payment_method.detached")


def default_for(ctx: Context, customer: Json, *holders: Json | None) -> Json | None:
    """What is charged: the first default among the holders (invoice, subscription), then the customer's."""
    for holder in holders:
        if holder and holder["default_payment_method"]:
            return ctx.store.get(holder["default_payment_method"])
    chosen = customer["invoice_settings"]["default_payment_method"]
    return ctx.store.get(chosen) if chosen else None


def saved_methods(ctx: Context, customer_id: str) -> list[Json]:
    """The customer's payment methods, its default first, then the newest."""
    chosen = ctx.load("customer", customer_id)["invoice_settings"]["default_payment_method"]
    found = ctx.store.find("payment_method", customer=customer_id)[::-1]
    return sorted(found, key=lambda method: method["id"] != chosen)
