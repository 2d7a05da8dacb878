"""From parameters to an open Checkout session, checked."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.nouns.checkout.checkout_lines import lines_of
from sandbox.protocol.errors import invalid, missing_parameter
from sandbox.protocol.params import merge_metadata
from sandbox.shapes.checkout_session import checkout_session, customer_details, invoice_creation

_EITHER = (
    ("customer", "customer_email"),
    ("customer", "customer_creation"),
    ("allow_promotion_codes", "discounts"),
)
SHORTEST, LONGEST = 30 * 60, 24 * 3600
_AS_GIVEN = (
    "allow_promotion_codes billing_address_collection cancel_url client_reference_id consent_collection"
    " customer_email integration_identifier locale payment_method_types submit_type success_url"
).split()
_KEPT = ("payment_intent_data", "setup_intent_data", "subscription_data", "customer_update")
_OF_MODE = {
    "payment_intent_data": ("payment",),
    "setup_intent_data": ("setup",),
    "subscription_data": ("subscription",),
    "payment_method_collection": ("subscription",),
    "submit_type": ("payment", "subscription"),
    "customer_creation": ("payment", "setup"),
    "allow_promotion_codes": ("payment", "subscription"),
    "discounts": ("payment", "subscription"),
}


def build(ctx: Context, given: Json) -> Json:
    """A new session with its lines, not stored, without amounts."""
    _check(given)
    mode = given["mode"]
    lines = lines_of(ctx, mode, given.get("line_items") or [])
    session = checkout_session(ctx.new_id("cs_test_"), ctx.now, mode)
    session.update({name: given[name] for name in _AS_GIVEN if name in given})
    session["metadata"] = merge_metadata({}, given.get("metadata") or {})
    session["expires_at"] = _expiry(ctx, given.get("expires_at"))
    session["_"]["lines"] = lines
    if mode != "setup":
        session["discounts"] = _discounts(given.get("discounts") or [])
    session["_"]["given"] = {name: given[name] for name in _KEPT if name in given}
    _set_ui(session, given)
    _set_person(ctx, session, given)
    _set_collected(session, given)
    if mode == "payment":
        session["invoice_creation"] = invoice_creation()
    if mode == "setup":
        session["currency"] = (given.get("currency") or "").lower() or None
    return session


def _check(given: Json) -> None:
    for name, modes in _OF_MODE.items():
        if name in given and given["mode"] not in modes:
            raise invalid(f"`{name}` can only be used in `{'` or `'.join(modes)}` mode.", name)
    for pair in _EITHER:
        if all(given.get(name) for name in pair):
            raise invalid(f"You may only specify one of these parameters: {', '.join(pair)}.", pair[0])
    if given.get("customer_update") and not given.get("customer"):
        raise invalid("`customer_update` can only be used with `customer`.", "customer_update")
    if given["mode"] == "setup" and not given.get("currency") and not given.get("payment_method_types"):
        raise missing_parameter("currency")


def _discounts(given: list[Json]) -> list[Json]:
    """One at most; whether it can be redeemed shows when the order is priced."""
    if len(given) > 1:
        raise invalid("You may only specify one discount.", "discounts")
    for entry in given:
        if len(entry) != 1:
            raise invalid("You must specify exactly one of coupon, promotion_code.", "discounts[0]")
    return [{"coupon": entry.get("coupon"), "promotion_code": entry.get("promotion_code")} for entry in given]


def _expiry(ctx: Context, given: int | None) -> int:
    if given is None:
        return ctx.now + LONGEST
    if given < ctx.now + SHORTEST:
        raise invalid(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", "expires_at"
        )
    if given > ctx.now + LONGEST:
        raise invalid(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", "expires_at"
        )
    return given


def _set_ui(session: Json, given: Json) -> None:
    """A hosted page needs where to go after success; an embedded one has other words for it."""
    ui = session["ui_mode"] = given.get("ui_mode", "hosted_page")
    wrong = ("success_url", "cancel_url") if ui == "embedded_page" else ("return_url", "redirect_on_completion")
    for name in wrong:
        if name in given:
            raise invalid(f"`{name}` is not allowed when `ui_mode` is {ui}.", name)
    if ui == "hosted_page":
        if "success_url" not in given:
            raise missing_parameter("success_url")
        return
    session["redirect_on_completion"] = given.get("redirect_on_completion", "always")
    if session["redirect_on_completion"] != "never" and "return_url" not in given:
        raise missing_parameter("return_url")
    session["return_url"] = given.get("return_url")


def _set_person(ctx: Context, session: Json, given: Json) -> None:
    if given.get("customer"):
        customer = ctx.load("customer", given["customer"], "customer")
        session["customer"] = customer["id"]
        session["customer_details"] = customer_details(customer)
    else:
        default = "always" if session["mode"] == "subscription" else "if_required"
        session["customer_creation"] = given.get("customer_creation", default)
        if given.get("customer_email"):
            session["customer_details"] = customer_details({"email": given["customer_email"]})


def _set_collected(session: Json, given: Json) -> None:
    """What the page asks for beside the money."""
    session["payment_method_collection"] = given.get("payment_method_collection", "always")
    session["phone_number_collection"] = given.get("phone_number_collection", {"enabled": False})
    if "tax_id_collection" in given:
        session["tax_id_collection"] = {"required": "never", **given["tax_id_collection"]}
    session["custom_text"] |= given.get("custom_text") or {}
    session["custom_fields"] = [_field(field) for field in given.get("custom_fields") or []]
    if "consent_collection" in given:
        nothing = dict.fromkeys(("payment_method_reuse_agreement", "promotions", "terms_of_service"))
        session["consent_collection"] = {**nothing, **given["consent_collection"]}
    recovery = (given.get("after_expiration") or {}).get("recovery")
    if recovery:
        allowed = recovery.get("allow_promotion_codes", False)
        link = {"allow_promotion_codes": allowed, "enabled": recovery["enabled"], "expires_at": None, "url": None}
        session["after_expiration"] = {"recovery": link}


def _field(given: Json) -> Json:
    """A custom field, empty, with the part of its type alone."""
    kind = given["type"]
    own = given.get(kind) or {}
    if kind == "dropdown":
        if not own.get("options"):
            raise missing_parameter("custom_fields[dropdown][options]")
        part = {"default_value": own.get("default_value"), "options": own["options"], "value": None}
    else:
        names = ("default_value", "maximum_length", "minimum_length")
        part = {**{name: own.get(name) for name in names}, "value": None}
    parts = {**dict.fromkeys(("dropdown", "numeric", "text")), kind: part}
    return {
        "key": given["key"],
        "label": given["label"],
        "optional": given.get("optional", False),
        "type": kind,
        **parts,
    }
