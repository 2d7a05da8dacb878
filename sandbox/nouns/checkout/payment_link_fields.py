"""How a payment link shows what it was given."""

from sandbox.jsons import Json
from sandbox.protocol.errors import missing_parameter
from sandbox.protocol.params import merge_metadata
from sandbox.shapes import payment_link as shapes

_AS_GIVEN = (
    "allow_promotion_codes billing_address_collection customer_creation inactive_message payment_method_collection"
    " payment_method_types phone_number_collection submit_type"
).split()
_AS_SESSION = ("consent_collection", "custom_text", "tax_id_collection")


def set_fields(link: Json, given: Json, session: Json) -> None:
    """`session` is one that the link would begin: some fields look on a link as they look on it."""
    link.update({name: given[name] for name in _AS_GIVEN if name in given})
    link.update({name: session[name] for name in _AS_SESSION if name in given})
    if "custom_fields" in given:
        link["custom_fields"] = [_unanswered(field) for field in session["custom_fields"]]
    if "metadata" in given:
        link["metadata"] = merge_metadata(link["metadata"], given["metadata"])
    if "after_completion" in given:
        _set_after(link, given["after_completion"])
    if "restrictions" in given:
        _set_limit(link, given["restrictions"])
    if "payment_intent_data" in given:
        link["payment_intent_data"] = shapes.payment_intent_data(given["payment_intent_data"])
    if "subscription_data" in given:
        link["subscription_data"] = shapes.subscription_data(given["subscription_data"])


def _unanswered(field: Json) -> Json:
    kind = field["type"]
    return {**field, kind: {name: value for name, value in field[kind].items() if name != "value"}}


def _set_after(link: Json, given: Json) -> None:
    if given["type"] == "redirect" and "redirect" not in given:
        raise missing_parameter("after_completion[redirect]")
    link["after_completion"] = shapes.after_completion(given)


def _set_limit(link: Json, given: Json | None) -> None:
    known = (link["restrictions"] or {"completed_sessions": {"count": 0}})["completed_sessions"]
    limit = {"count": known["count"], "limit": given["completed_sessions"]["limit"]} if given else None
    link["restrictions"] = {"completed_sessions": limit} if limit else None
