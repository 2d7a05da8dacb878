"""The form of a Checkout session, and what it says once it is sent."""

import re

from sandbox.jsons import Json
from sandbox.lives.payments.attaching import saved_methods
from sandbox.pages import address_fields, checkout_fields, tax_id_fields
from sandbox.pages.checkout_summary import trial_words
from sandbox.pages.html import Markup, tag
from sandbox.pages.parts import text_field
from sandbox.pages.test_cards import chooser
from sandbox.pages.visits import Visit
from sandbox.pages.words import money
from sandbox.protocol.errors import invalid

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_VERBS = {"book": "Book", "donate": "Donate", "subscribe": "Subscribe"}


def form(visit: Visit, session: Json, needs_method: bool) -> Markup:
    customer = session["customer"]
    saved = saved_methods(visit.ctx, customer) if customer else []
    return tag(
        "form",
        _contact(visit, session),
        chooser(visit, saved, banks=_banks(session)) if needs_method else None,
        checkout_fields.fields(visit, session),
        _small_print(session),
        tag("button", words_of_button(session), type="submit", name="action", value="pay", class_="wide"),
        method="post",
    )


def _banks(session: Json) -> tuple[str, ...]:
    return tuple(kind for kind in session["payment_method_types"] if kind != "card")


def _known(session: Json, name: str) -> str:
    """What is already known of the buyer: from an attempt before, or from the session."""
    said = session["_"]["details"].get(name) or (session["customer_details"] or {}).get(name)
    return str(said or "")


def _contact(visit: Visit, session: Json) -> Markup:
    fixed = bool((session["customer_details"] or {}).get("email"))
    email = text_field(
        "email",
        "E-mail",
        _known(session, "email") if fixed else visit.field("email") or _known(session, "email"),
        type="email",
        autocomplete="email",
        required=True,
        readonly=fixed,
    )
    name = text_field(
        "name", "Name on card", visit.field("name") or _known(session, "name"), autocomplete="name", maxlength=200
    )
    return tag("fieldset", tag("legend", "Contact"), tag("div", email, name, class_="row"))


def _small_print(session: Json) -> Markup | None:
    custom = (session["custom_text"].get("submit") or {}).get("message")
    agreement = (session["consent_collection"] or {}).get("payment_method_reuse_agreement") or {}
    if session["mode"] == "subscription" and agreement.get("position") != "hidden":
        words = "By confirming you allow us to charge your card for this and future payments until you cancel."
        return tag("p", custom or words, class_="hint field")
    return tag("p", custom, class_="hint field") if custom else None


def words_of_button(session: Json) -> str:
    if session["mode"] == "setup":
        return "Save card"
    if trial_words(session):
        return "Start trial"
    if session["amount_total"] == 0:
        return "Complete order"
    verb = _VERBS.get(session["submit_type"] or "")
    if not verb:
        verb = "Subscribe and pay" if session["mode"] == "subscription" else "Pay"
    return f"{verb} {money(session['amount_total'], session['currency'])}"


def details(visit: Visit, session: Json) -> Json:
    """Who pays, and what else the session asks for (kept on it); raises for what is missing or malformed."""
    fixed = (session["customer_details"] or {}).get("email")
    email = fixed or visit.field("email")
    if not _EMAIL.fullmatch(email) or len(email) > 512:
        raise invalid("Enter your e-mail address, such as name@example.com.", "email")
    checkout_fields.keep(visit, session)
    said: Json = {"email": email, "name": visit.field("name")[:200] or _known(session, "name")}
    if session["phone_number_collection"]["enabled"]:
        said["phone"] = visit.field("phone")
        if len(re.sub(r"\D", "", said["phone"])) < 6:
            raise invalid("Enter your phone number.", "phone")
    if (session["tax_id_collection"] or {}).get("enabled"):
        said["tax_ids"] = tax_id_fields.tax_ids(visit, session["tax_id_collection"])
    if session["billing_address_collection"] == "required":
        said["address"] = address_fields.address(visit)
    return said
