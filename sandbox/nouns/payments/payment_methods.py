"""Payment methods: Stripe's named test cards and bank accounts, attached and detached."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.payments import attaching
from sandbox.methods.banks import ACCOUNTS, UNSUPPORTED, US_ROUTING
from sandbox.methods.cards import CARDS, NUMBERS
from sandbox.operations.lists import page
from sandbox.protocol.errors import StripeError, invalid, missing, missing_parameter
from sandbox.protocol.params import (
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

_BILLING = mapping(
    {
        "address": clearable(mapping(ADDRESS)),
        "email": clearable(text),
        "name": clearable(text),
        "phone": clearable(text),
        "tax_id": clearable(text),
    }
)
_CARD = mapping({"token": text, "number": text, "exp_month": integer(), "exp_year": integer(), "cvc": text})
_US_BANK = mapping(
    {
        "account_holder_type": choice("company", "individual"),
        "account_number": text,
        "account_type": choice("checking", "savings"),
        "routing_number": text,
    }
)
_ALLOW = choice("always", "limited", "unspecified")
DATA: dict[str, Kind] = {
    "type": required(choice("card", "sepa_debit", "us_bank_account")),
    "allow_redisplay": _ALLOW,
    "billing_details": _BILLING,
    "card": _CARD,
    "metadata": metadata,
    "sepa_debit": mapping({"iban": required(text)}),
    "us_bank_account": _US_BANK,
}
CREATE: dict[str, Kind] = DATA
UPDATE: dict[str, Kind] = {
    "allow_redisplay": _ALLOW,
    "billing_details": _BILLING,
    "card": mapping({"exp_month": integer(1, 12), "exp_year": integer(1970, 2200)}),
    "metadata": metadata,
    "us_bank_account": mapping(
        {"account_holder_type": choice("company", "individual"), "account_type": choice("checking", "savings")}
    ),
}
ATTACH: dict[str, Kind] = {"customer": required(text)}
LIST: dict[str, Kind] = {**PAGE, "allow_redisplay": _ALLOW, "customer": text, "type": text}
_TOKENS = {"tok_" + name.removeprefix("pm_card_"): name for name in CARDS}


def create(ctx: Context) -> Json:
    return public(made_from(ctx, ctx.params))


def made_from(ctx: Context, given: Json) -> Json:
    """A stored payment method from a test token, a test number, a test account or a test IBAN; nothing real is ever
    accepted."""
    kind = given["type"]
    if kind not in given:
        raise missing_parameter(kind)
    details = given[kind]
    token = {"card": _card_token, "sepa_debit": _iban_token, "us_bank_account": _account_token}[kind](ctx, details)
    method = attaching.made_of(ctx, token)
    names = ("exp_month", "exp_year", "account_holder_type", "account_type")
    method[kind].update({name: details[name] for name in names if name in details})
    if kind == "card" and not details.get("cvc") and "number" in details:
        method["card"]["checks"]["cvc_check"] = None
    _merge(method, given)
    return ctx.create(method)


def _card_token(ctx: Context, card: Json) -> str:
    if "number" in card:
        _check_card(ctx, card)
        token = NUMBERS.get(card["number"])
    else:
        token = _TOKENS.get(card.get("token", ""))
    if token is None:
        raise invalid("Only Stripe's test tokens and test numbers are accepted by this sandbox.", "card")
    return token


def _check_card(ctx: Context, card: Json) -> None:
    """Stripe's checks of what a customer may mistype."""
    number, month, year, cvc = (card.get(name) for name in ("number", "exp_month", "exp_year", "cvc"))
    if not _passes_luhn(str(number)):
        raise _card_error("incorrect_number", "Your card number is incorrect.", "number")
    if month is None or not 1 <= month <= 12:
        raise _card_error("invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month")
    if year is None or not 1970 <= year <= 2200:
        raise _card_error("invalid_expiry_year", "Your card's expiration year is invalid.", "exp_year")
    if cvc is not None and (not cvc.isdigit() or not 3 <= len(cvc) <= 4):
        raise _card_error("invalid_cvc", "Your card's security code is invalid.", "cvc")


def _passes_luhn(number: str) -> bool:
    if not number.isascii() or not number.isdigit():
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0 or number in NUMBERS


def _card_error(code: str, message: str, param: str) -> StripeError:
    return StripeError(402, "card_error", message, code=code, param=param)


def _iban_token(ctx: Context, given: Json) -> str:
    iban = given["iban"].replace(" ", "").upper()
    if iban in UNSUPPORTED:
        raise invalid("The bank of this account does not take part in SEPA Direct Debit.", "iban", UNSUPPORTED[iban])
    if iban not in ACCOUNTS:
        raise invalid("The IBAN you entered is none of Stripe's test IBANs.", "sepa_debit[iban]", "invalid_iban")
    return ACCOUNTS[iban]


def _account_token(ctx: Context, given: Json) -> str:
    account = given.get("account_number", "")
    if given.get("routing_number", US_ROUTING) != US_ROUTING or account not in ACCOUNTS:
        message = "Only Stripe's test accounts are accepted by this sandbox."
        raise invalid(message, "us_bank_account[account_number]", "account_number_invalid")
    return ACCOUNTS[account]


def _merge(method: Json, given: Json) -> None:
    details = given.get("billing_details") or {}
    address = details.pop("address", None)
    if address:
        method["billing_details"]["address"].update(address)
    method["billing_details"].update(details)
    if "metadata" in given:
        method["metadata"] = merge_metadata(method["metadata"], given["metadata"])
    method["allow_redisplay"] = given.get("allow_redisplay", method["allow_redisplay"])


def update(ctx: Context) -> Json:
    method = ctx.load("payment_method", ctx.path["id"], noun="PaymentMethod")
    if method["customer"] is None:
        raise invalid("You must save this PaymentMethod to a customer before you can update it.")
    for kind in ("card", "us_bank_account"):
        if ctx.param(kind) and method["type"] != kind:
            raise invalid(f"This PaymentMethod is of type {method['type']}.", kind)
    _merge(method, ctx.params)
    method[method["type"]].update(ctx.param(method["type"]) or {})
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


def of_customer(ctx: Context) -> Json:
    customer = ctx.load("customer", ctx.path["id"])
    method = ctx.load("payment_method", ctx.path["method"], noun="PaymentMethod")
    if method["customer"] != customer["id"]:
        raise missing("PaymentMethod", method["id"])
    return public(method)


def list_all(ctx: Context) -> Json:
    customer = ctx.param("customer")
    if customer:
        ctx.load("customer", customer, "customer")
    shown = ctx.param("allow_redisplay")
    where = "json_extract(CAST(body AS TEXT), '$.allow_redisplay') = ?" if shown else ""
    values = (shown,) if shown else ()
    url = "/v1/payment_methods"
    return page(ctx, "payment_method", url, where, values, customer=customer, tag=ctx.param("type"))
