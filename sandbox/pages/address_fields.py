"""The fields of a billing address."""

from sandbox.jsons import Json
from sandbox.pages.html import Markup, tag
from sandbox.pages.parts import text_field
from sandbox.pages.visits import Visit
from sandbox.protocol.errors import invalid

_ADDRESS = {
    "line1": ("Address", "address-line1"),
    "line2": ("Address, second line (optional)", "address-line2"),
    "postal_code": ("Postal code", "postal-code"),
    "city": ("City", "address-level2"),
    "state": ("State or region (optional)", "address-level1"),
    "country": ("Country, two letters", "country"),
}


_OPTIONAL = ("line2", "state")


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
