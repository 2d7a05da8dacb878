"""Choosing how to pay: Stripe's named test cards, or one of its test numbers."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.methods.cards import CARDS
from sandbox.nouns.payments import payment_methods
from sandbox.pages.html import Markup, tag
from sandbox.pages.method_words import expiry, named
from sandbox.pages.parts import text_field
from sandbox.pages.test_methods import BANKS, GROUPS
from sandbox.pages.visits import Visit
from sandbox.protocol.errors import invalid


def chooser(visit: Visit, saved: list[Json], legend: str = "Payment method", banks: tuple[str, ...] = ()) -> Markup:
    """Saved methods first, then the test cards and the accounts of these kinds, then a field for a number."""
    chosen = visit.field("method") or (saved[0]["id"] if saved else "pm_card_visa")
    groups = (
        [_group("Saved", {each["id"]: f"{named(each)}, {expiry(each)}" for each in saved}, chosen)] if saved else []
    )
    for name, cards in GROUPS.items():
        known = {token: words for token, words in cards.items() if token in CARDS}
        groups.append(_group(name, known, chosen))
    for kind in banks:
        groups.append(_group("Bank debit", BANKS[kind], chosen))
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
