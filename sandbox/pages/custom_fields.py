"""The shop's own fields of a Checkout session."""

from sandbox.jsons import Json
from sandbox.pages.html import Markup, tag
from sandbox.pages.parts import text_field
from sandbox.pages.visits import Visit
from sandbox.protocol.errors import invalid


def custom(visit: Visit, entry: Json) -> Markup:
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


def value(said: str, entry: Json) -> str | None:
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
