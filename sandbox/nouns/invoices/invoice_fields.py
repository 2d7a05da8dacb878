"""What is printed on an invoice beside its lines: fields that change no amount."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import ADDRESS, Kind, array, choice, clearable, integer, mapping, required, text, timestamp

MAX_CUSTOM_FIELDS = 4
CUSTOM_FIELDS = clearable(array(mapping({"name": required(text), "value": required(text)})))
AMOUNT_TAX_DISPLAY = clearable(choice("exclude_tax", "include_inclusive_tax"))
_RENDERING: dict[str, Kind] = {
    "amount_tax_display": AMOUNT_TAX_DISPLAY,
    "pdf": mapping({"page_size": choice("a4", "auto", "letter")}),
}
_SHIPPING: dict[str, Kind] = {"address": required(mapping(ADDRESS)), "name": required(text), "phone": clearable(text)}
FIELDS: dict[str, Kind] = {
    "account_tax_ids": clearable(array(text)),
    "custom_fields": CUSTOM_FIELDS,
    "description": clearable(text),
    "effective_at": clearable(timestamp),
    "footer": clearable(text),
    "issuer": mapping({"type": required(choice("self"))}),
    "number": clearable(text),
    "rendering": mapping(_RENDERING),
    "shipping_details": clearable(mapping(_SHIPPING)),
    "statement_descriptor": clearable(text),
}
DUE: dict[str, Kind] = {"days_until_due": integer(0, 365), "due_date": timestamp}
_AS_GIVEN = ("description", "effective_at", "footer", "statement_descriptor")
MAX_NUMBER, MAX_NAME, MAX_VALUE = 26, 40, 140


def set_printed(ctx: Context, made: Json, given: Json) -> None:
    """Sets those that are given."""
    for name in _AS_GIVEN:
        if name in given:
            made[name] = given[name]
    if "custom_fields" in given:
        made["custom_fields"] = checked_fields(given["custom_fields"], "custom_fields")
    if "account_tax_ids" in given:
        made["account_tax_ids"] = _own_tax_ids(ctx, given["account_tax_ids"])
    if "number" in given:
        made["number"] = _unused(ctx, made, given["number"])
    if "rendering" in given:
        made["rendering"] = rendering(given["rendering"], made["rendering"])
    if "shipping_details" in given:
        made["shipping_details"] = shipping(given["shipping_details"])


def checked_fields(fields: list[Json] | None, path: str) -> list[Json] | None:
    """At most four, with names of 40 and values of 140 characters; null where there are none."""
    if len(fields or []) > MAX_CUSTOM_FIELDS:
        raise invalid(f"You may give at most {MAX_CUSTOM_FIELDS} custom fields.", path)
    for index, field in enumerate(fields or []):
        if len(field["name"]) > MAX_NAME or len(field["value"]) > MAX_VALUE:
            message = f"A custom field's name may have {MAX_NAME} characters, its value {MAX_VALUE}."
            raise invalid(message, f"{path}[{index}]")
    return fields or None


def _own_tax_ids(ctx: Context, ids: list[str] | None) -> list[str] | None:
    for index, tax_id in enumerate(ids or []):
        path = f"account_tax_ids[{index}]"
        if ctx.load("tax_id", tax_id, path, noun="tax id")["customer"]:
            raise invalid("The tax id belongs to a customer.", path)
    return ids or None


def _unused(ctx: Context, made: Json, number: str | None) -> str | None:
    """A number of the caller's choice; it is the invoice's from now on."""
    if number is None:
        return None
    if len(number) > MAX_NUMBER:
        raise invalid(f"Invalid number: it may have at most {MAX_NUMBER} characters.", "number")
    if any(other["id"] != made["id"] for other in ctx.store.find("invoice", tag=number)):
        raise invalid(f"An invoice with the number {number} already exists.", "number")
    return number


def rendering(given: Json, before: Json | None) -> Json:
    blank: Json = {"amount_tax_display": None, "pdf": None, "template": None, "template_version": None}
    return {**blank, **(before or {}), **given}


def shipping(given: Json | None) -> Json | None:
    if given is None:
        return None
    address = {**dict.fromkeys(ADDRESS), **given["address"]}
    return {"carrier": None, "phone": None, "tracking_number": None, **given, "address": address}
