"""Payment methods: Stripe's named test cards, attached and detached."""

from sandbox.cards import CARDS
from sandbox.context import Context
from sandbox.errors import invalid
from sandbox.jsons import Json, public
from sandbox.lists import page
from sandbox.lives import attaching
from sandbox.params import (
    ADDRESS,
    PAGE,
    Kind,
    choice,
    clearable,
    integer,
    mapping,
    merge_metadata,
    metadata,
    required,
    text,
)
from sandbox.shapes.payment_method import payment_method

_BILLING = mapping(
    {
        "address": clearable(mapping(ADDRESS)),
        "email": clearable(text),
        "name": clearable(text),
        "phone": clearable(text),
        "tax_id": clearable(text),
    }
)
_CARD = mapping({"token": text, "number": text, "exp_month": integer(1, 12), "exp_year": integer(2000), "cvc": text})
CREATE: dict[str, Kind] = {
    "type": required(choice("card")),
    "card": required(_CARD),
    "billing_details": _BILLING,
    "metadata": metadata,
}
UPDATE: dict[str, Kind] = {
    "billing_details": _BILLING,
    "card": mapping({"exp_month": integer(1, 12), "exp_year": integer(2000)}),
    "metadata": metadata,
    "allow_redisplay": choice("always", "limited", "unspecified"),
}
ATTACH: dict[str, Kind] = {"customer": required(text)}
LIST: dict[str, Kind] = {**PAGE, "customer": text, "type": text}
_TOKENS = {"tok_" + name.removeprefix("pm_card_"): name for name in CARDS}
_NUMBERS = {"4242424242424242": "pm_card_visa", "5555555555554444": "pm_card_mastercard"}
_NUMBERS["4000000000000341"] = "pm_card_chargeCustomerFail"
_NUMBERS["4000000000000002"] = "pm_card_chargeDeclined"


def create(ctx: Context) -> Json:
    """From a test token (`tok_visa`) or a test number; no real card number is ever accepted."""
    card = ctx.params["card"]
    name = _TOKENS.get(card.get("token", "")) or _NUMBERS.get(card.get("number", ""))
    if name is None:
        raise invalid("Only Stripe's test tokens and test numbers are accepted by this sandbox.", "card")
    method = payment_method(ctx.new_id("pm_"), ctx.now, name, CARDS[name])
    method["card"].update({key: card[key] for key in ("exp_month", "exp_year") if key in card})
    _merge(method, ctx.params)
    return public(ctx.create(method))


def _merge(method: Json, given: Json) -> None:
    details = given.get("billing_details") or {}
    address = details.pop("address", None)
    if address:
        method["billing_details"]["address"].update(address)
    method["billing_details"].update(details)
    if "metadata" in given:
        method["metadata"] = merge_metadata(method["metadata"], given["metadata"])


def update(ctx: Context) -> Json:
    method = ctx.load("payment_method", ctx.path["id"], noun="PaymentMethod")
    if method["customer"] is None:
        raise invalid("You must save this PaymentMethod to a customer before you can update it.")
    _merge(method, ctx.params)
    method["card"].update(ctx.param("card") or {})
    method["allow_redisplay"] = ctx.param("allow_redisplay", method["allow_redisplay"])
    return public(ctx.update(method, "payment_method.updated"))


def attach(ctx: Context) -> Json:
    customer = ctx.load("customer", ctx.params["customer"], "customer")
    method = attaching.resolve(ctx, ctx.path["id"], "id")
    return public(attaching.attach(ctx, method, customer["id"]))


def detach(ctx: Context) -> Json:
    method = ctx.load("payment_method", ctx.path["id"], noun="PaymentMethod")
    if method["customer"] is None:
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    return public(attaching.detach(ctx, method))


def list_all(ctx: Context) -> Json:
    customer = ctx.param("customer")
    if customer:
        ctx.load("customer", customer, "customer")
    return page(ctx, "payment_method", "/v1/payment_methods", customer=customer, tag=ctx.param("type"))
