"""How an intent is paid: which kinds of payment methods it takes, and which method it has."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.payments.attaching import resolve
from sandbox.lives.payments.mandating import permit
from sandbox.nouns.payments.payment_methods import made_from
from sandbox.protocol.errors import invalid
from sandbox.shapes.payment_intent import CURRENCIES, OPTIONS, kinds_for


def choose_kinds(intent: Json, given: Json, currency: str | None) -> None:
    """The kinds that were asked for, or automatically all of the account that fit the currency (None: any)."""
    automatic = given.get("automatic_payment_methods")
    if given.get("payment_method_types"):
        if automatic and automatic["enabled"]:
            raise invalid(
                "You may only specify one of these parameters: automatic_payment_methods, payment_method_types.",
                "payment_method_types",
            )
        _set_kinds(intent, given["payment_method_types"])
        intent["automatic_payment_methods"] = None
        return
    if automatic and not automatic["enabled"]:
        _set_kinds(intent, ["card"])
        return
    intent["automatic_payment_methods"] = {"allow_redirects": "always", **(automatic or {"enabled": True})}
    _set_kinds(intent, kinds_for(currency))


def _set_kinds(intent: Json, kinds: list[str]) -> None:
    intent["payment_method_types"] = list(dict.fromkeys(kinds))
    kept = intent["payment_method_options"]
    intent["payment_method_options"] = {
        kind: kept.get(kind) or dict(OPTIONS[kind]) for kind in intent["payment_method_types"] if kind in OPTIONS
    }


def set_options(intent: Json, given: Json) -> None:
    """What was asked for about each kind of method."""
    for kind, options in (given.get("payment_method_options") or {}).items():
        intent["payment_method_options"].setdefault(kind, dict(OPTIONS[kind])).update(options)


def chosen(ctx: Context, intent: Json, given: Json) -> Json | None:
    """The method that the parameters name or describe, checked against the intent; None where they name none."""
    if given.get("payment_method_data"):
        method = made_from(ctx, given["payment_method_data"])
    elif given.get("payment_method"):
        method = resolve(ctx, given["payment_method"])
    else:
        return None
    check(intent, method)
    if given.get("mandate_data"):
        permit(ctx, method, given["mandate_data"]["customer_acceptance"])
    return method


def check(intent: Json, method: Json) -> None:
    """Raises where this intent cannot use this method."""
    kind = method["type"]
    if kind not in intent["payment_method_types"]:
        kinds = ", ".join(intent["payment_method_types"])
        raise invalid(
            f"The PaymentMethod provided ({kind}) is not allowed for this intent. It takes: {kinds}.",
            "payment_method",
            "payment_intent_incompatible_payment_method",
        )
    currency = intent.get("currency")
    if currency and CURRENCIES.get(kind, currency) != currency:
        message = f"The currency provided ({currency}) is invalid for {kind}; it takes {CURRENCIES[kind]}."
        raise invalid(message, "currency", "payment_intent_invalid_parameter")
    if method["customer"] and method["customer"] != intent["customer"]:
        owner = method["customer"]
        raise invalid(
            f"The provided PaymentMethod cannot be used: it belongs to the customer {owner}, so the intent must"
            " have that customer.",
            "payment_method",
        )
