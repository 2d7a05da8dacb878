"""The fields of a tax id."""

from sandbox.jsons import Json
from sandbox.nouns.customers.tax_ids import TYPES
from sandbox.pages.html import Markup, tag
from sandbox.pages.parts import text_field
from sandbox.pages.visits import Visit
from sandbox.protocol.errors import invalid


def tax_id_fields(visit: Visit, wanted: Json) -> Markup:
    needed = wanted["required"] == "if_supported"
    chosen = visit.field("tax_id_type")
    options = [tag("option", kind.replace("_", " ").upper(), value=kind, selected=kind == chosen) for kind in TYPES]
    select = tag("select", tag("option", "None", value="") if not needed else None, options, id="tax_id_type",
                 name="tax_id_type")  # fmt: skip
    kind = tag("div", tag("label", "Kind of tax ID", for_="tax_id_type"), select, class_="field")
    value = text_field("tax_id", "Tax ID", visit.field("tax_id"), required=needed, maxlength=60)
    return tag("fieldset", tag("legend", "Tax ID"), tag("div", kind, value, class_="row"))


def tax_ids(visit: Visit, wanted: Json) -> list[Json]:
    """The tax id that the buyer named, if any; its form is checked when it is kept."""
    kind, value = visit.field("tax_id_type"), visit.field("tax_id")
    if not value:
        if wanted["required"] == "if_supported":
            raise invalid("Enter your tax ID.", "tax_id")
        return []
    if kind not in TYPES:
        raise invalid("Choose the kind of your tax ID.", "tax_id_type")
    return [{"type": kind, "value": value}]
