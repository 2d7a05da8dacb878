"""Payment methods: made from a test token wherever an id is accepted, and tied to customers."""

from sandbox.cards import CARDS, card_of
from sandbox.context import Context
from sandbox.errors import declined, invalid, missing
from sandbox.jsons import Json
from sandbox.shapes.payment_method import payment_method


def resolve(ctx: Context, given: str, param: str = "payment_method") -> Json:
    """The payment method for an id, or a new one for a test token such as `pm_card_visa`."""
    if given in CARDS:
        return ctx.create(payment_method(ctx.new_id("pm_"), ctx.now, given, CARDS[given]))
    if given.startswith("pm_card_"):
        raise missing("PaymentMethod", given, param)
    return ctx.load("payment_method", given, param, noun="PaymentMethod")


def attach(ctx: Context, method: Json, customer_id: str) -> Json:
    """Ties a method to a customer; a card that its issuer refuses cannot be saved (402)."""
    if method["customer"] == customer_id:
        return method
    if method["customer"] is not None:
        raise invalid("The payment method you provided has already been attached to a customer.", "payment_method")
    card = card_of(method)
    if not card.attaches and card.decline is not None:
        raise declined(card.decline.code, card.decline.decline_code, card.decline.message, param="")
    method["customer"] = customer_id
    return ctx.update(method, "payment_method.attached")


def owned(ctx: Context, given: str, customer_id: str, param: str) -> Json:
    """A method to be used as a default of this customer: a token is attached on the way, others must be attached."""
    method = resolve(ctx, given, param)
    if given in CARDS:
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
    return ctx.update(method, "payment_method.detached")


def default_for(ctx: Context, customer: Json, *holders: Json | None) -> Json | None:
    """What is charged: the first default among the holders (invoice, subscription), then the customer's."""
    for holder in holders:
        if holder and holder["default_payment_method"]:
            return ctx.store.get(holder["default_payment_method"])
    chosen = customer["invoice_settings"]["default_payment_method"]
    return ctx.store.get(chosen) if chosen else None
