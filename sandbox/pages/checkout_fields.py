"""What a Checkout session may ask for beside the card: address, phone, tax id, fields of the shop's own, consent."""

from sandbox.errors import invalid
from sandbox.jsons import Json
from sandbox.pages.html import Markup, tag
from sandbox.pages.layout import text_field
from sandbox.pages.visits import Visit

_ADDRESS = {
    "line1": ("Address", "address-line1"),
    "line2": ("Address, second line (optional)", "address-line2"),
    "postal_code": ("Postal code", "postal-code"),
    "city": ("City", "address-level2"),
    "state": ("State or region (optional)", "address-level1"),
    "country": ("Country, two letters", "country"),
}
_OPTIONAL = ("line2", "state")


def fields(visit: Visit, session: Json) -> list[Markup]:
    parts: list[Markup] = []
    if session["billing_address_collection"] == "required":
        parts.append(address_fields(visit, {}))
    if session["phone_number_collection"]["enabled"]:
        parts.append(text_field("phone", "Phone", visit.field("phone"), type="tel", autocomplete="tel", required=True))
    parts += [_custom(visit, entry) for entry in session["custom_fields"]]
    return parts + _consents(visit, session)


def address_fields(visit: Visit, known: Json) -> Markup:
    entries = [
        text_field(
            f"address_{name}",
            label,
            visit.field(f"address_{name}") or known.get(name),
            autocomplete=hint,
            required=name not in _OPTIONAL,
            maxlength=2 if name == "country" else 200,
        )
        for name, (label, hint) in _ADDRESS.items()
    ]
    return tag("fieldset", tag("legend", "Billing address"), tag("div", entries, class_="row"))


def address(visit: Visit) -> Json:
    """Raises where a part that is needed is missing."""
    given = {name: visit.field(f"address_{name}") for name in _ADDRESS}
    for name, (label, _) in _ADDRESS.items():
        if name not in _OPTIONAL and not given[name]:
            raise invalid(f"Enter your billing address: {label} is missing.", f"address_{name}")
    if len(given["country"]) != 2 or not given["country"].isalpha():
        raise invalid("Enter your country as two letters, such as US or DE.", "address_country")
    return {**given, "country": given["country"].upper()}


def _custom(visit: Visit, entry: Json) -> Markup:
    name, kind, part = f"custom_{entry['key']}", entry["type"], entry[entry["type"]]
    label = entry["label"]["custom"] + (" (optional)" if entry["optional"] else "")
    value = visit.field(name) or part["value"] or part["default_value"] or ""
    if kind != "dropdown":
        numeric = "numeric" if kind == "numeric" else None
        return text_field(name, label, value, required=not entry["optional"], inputmode=numeric,
                          maxlength=part["maximum_length"], minlength=part["minimum_length"])  # fmt: skip
    options = [tag("option", "Choose", value="")]
    options += [tag("option", each["label"], value=each["value"], selected=each["value"] == value) for each in
                part["options"]]  # fmt: skip
    select = tag("select", options, id=name, name=name, required=not entry["optional"])
    return tag("div", tag("label", label, for_=name), select, class_="field")


def _consents(visit: Visit, session: Json) -> list[Markup]:
    wanted, parts = session["consent_collection"] or {}, []
    if wanted.get("terms_of_service") == "required":
        custom = (session["custom_text"].get("terms_of_service_acceptance") or {}).get("message")
        parts.append(_check("terms", custom or "I agree to the terms of service.", visit, required=True))
    if wanted.get("promotions") == "auto":
        parts.append(_check("promotions", "Tell me about news and offers by e-mail.", visit, required=False))
    return parts


def _check(name: str, words: str, visit: Visit, required: bool) -> Markup:
    box = tag("input", type="checkbox", id=name, name=name, value="yes", required=required,
              checked=visit.field(name) == "yes")  # fmt: skip
    return tag("label", box, tag("span", words), for_=name, class_="check")


def keep(visit: Visit, session: Json) -> None:
    """Puts the values of the shop's own fields and the consent on the session; raises for what is missing."""
    for entry in session["custom_fields"]:
        entry[entry["type"]]["value"] = _value(visit.field(f"custom_{entry['key']}"), entry)
    wanted = session["consent_collection"] or {}
    if wanted.get("terms_of_service") == "required" and visit.field("terms") != "yes":
        raise invalid("Agree to the terms of service to go on.", "terms")
    if wanted.get("terms_of_service") == "required" or wanted.get("promotions") == "auto":
        asked = wanted.get("promotions") == "auto"
        promotions = ("opt_in" if visit.field("promotions") == "yes" else "opt_out") if asked else None
        accepted = "accepted" if wanted.get("terms_of_service") == "required" else None
        session["consent"] = {"promotions": promotions, "terms_of_service": accepted}


def _value(said: str, entry: Json) -> str | None:
    label, part = entry["label"]["custom"], entry[entry["type"]]
    if not said:
        if not entry["optional"]:
            raise invalid(f"Fill in: {label}.", entry["key"])
        return None
    if entry["type"] == "dropdown":
        fits = said in [each["value"] for each in part["options"]]
    else:
        fits = (part["minimum_length"] or 0) <= len(said) <= (part["maximum_length"] or 255)
        fits = fits and (entry["type"] == "text" or said.isdecimal())
    if not fits:
        raise invalid(f"This does not fit: {label}.", entry["key"])
    return said
