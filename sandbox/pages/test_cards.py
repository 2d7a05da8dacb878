"""Choosing how to pay: Stripe's named test cards, or one of its test numbers."""

from sandbox.cards import CARDS
from sandbox.context import Context
from sandbox.errors import invalid
from sandbox.jsons import Json
from sandbox.nouns import payment_methods
from sandbox.pages.html import Markup, tag
from sandbox.pages.layout import text_field
from sandbox.pages.visits import Visit

_GROUPS: dict[str, dict[str, str]] = {
    "Pays": {
        "pm_card_visa": "Visa 4242: pays",
        "pm_card_mastercard": "Mastercard 4444: pays",
        "pm_card_amex": "American Express 8431: pays",
    },
    "Asks for authentication": {
        "pm_card_threeDSecure2Required": "Visa 3220: asks for 3-D Secure",
        "pm_card_authenticationRequired": "Visa 3184: asks for 3-D Secure at every payment",
    },
    "Is declined": {
        "pm_card_visa_chargeDeclined": "Visa 0002: declined",
        "pm_card_visa_chargeDeclinedInsufficientFunds": "Visa 9995: insufficient funds",
        "pm_card_visa_chargeDeclinedExpiredCard": "Visa 0069: expired",
        "pm_card_chargeDeclinedIncorrectCvc": "Visa 0127: wrong security code",
        "pm_card_chargeDeclinedProcessingError": "Visa 0119: processing error",
        "pm_card_visa_chargeDeclinedStolenCard": "Visa 9979: stolen",
    },
    "Fails later": {
        "pm_card_chargeCustomerFail": "Visa 0341: can be saved, every charge is declined",
        "pm_card_sandbox_failsOnRenewal": "Visa 7001: pays once, is declined at renewals",
        "pm_card_sandbox_insufficientFundsOnRenewal": "Visa 7002: pays once, then has insufficient funds",
        "pm_card_sandbox_expiresOnRenewal": "Visa 7003: pays once, then has expired",
    },
}
_BRANDS = {"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "jcb": "JCB", "unionpay": "UnionPay"}


def named(method: Json) -> str:
    """A saved payment method in words."""
    if method["type"] != "card":
        bank = method[method["type"]]
        return f"Bank account •••• {bank.get('last4')}"
    card = method["card"]
    return f"{_BRANDS.get(card['brand'], card['brand'].title())} •••• {card['last4']}"


def expiry(method: Json) -> str:
    card = method.get("card")
    return f"expires {card['exp_month']:02d}/{card['exp_year']}" if card else ""


def chooser(visit: Visit, saved: list[Json], legend: str = "Payment method") -> Markup:
    """Saved methods first, then the test cards, then a field for a number."""
    chosen = visit.field("method") or (saved[0]["id"] if saved else "pm_card_visa")
    groups = (
        [_group("Saved", {each["id"]: f"{named(each)}, {expiry(each)}" for each in saved}, chosen)] if saved else []
    )
    for name, cards in _GROUPS.items():
        known = {token: words for token, words in cards.items() if token in CARDS}
        groups.append(_group(name, known, chosen))
    select = tag("select", groups, id="method", name="method")
    number = text_field(
        "number",
        "Or a test card number",
        visit.field("number"),
        "For example 4242 4242 4242 4242. If it is filled in, it counts instead of the card above.",
        inputmode="numeric",
        autocomplete="off",
        maxlength=23,
    )
    field = tag("div", tag("label", "Test card", for_="method"), select, class_="field")
    return tag("fieldset", tag("legend", legend), field, number)


def _group(name: str, options: dict[str, str], chosen: str) -> Markup:
    entries = [tag("option", words, value=value, selected=value == chosen) for value, words in options.items()]
    return tag("optgroup", entries, label=name)


def chosen_method(visit: Visit) -> str:
    """A payment method id or test token; a number makes a payment method. Raises where nothing fits."""
    number = visit.field("number").replace(" ", "").replace("-", "")
    if number:
        return _of_number(visit.ctx, number)
    method = visit.field("method")
    if not method:
        raise invalid("Choose a test card, or enter the number of one.", "method")
    return method


def _of_number(ctx: Context, number: str) -> str:
    card = {"number": number, "exp_month": 12, "exp_year": 2034, "cvc": "1234" if number.startswith("3") else "123"}
    return str(payment_methods.create(ctx.with_params({"type": "card", "card": card}))["id"])
