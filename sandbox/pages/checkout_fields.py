"""What a Checkout session may ask for beside the card: address, phone, tax id, fields of the shop's own, consent."""

from sandbox.jsons import Json
from sandbox.pages.address_fields import address_fields
from sandbox.pages.consent_fields import consents
from sandbox.pages.custom_fields import custom, value
from sandbox.pages.html import Markup
from sandbox.pages.parts import text_field
from sandbox.pages.tax_id_fields import tax_id_fields
from sandbox.pages.visits import Visit
from sandbox.protocol.errors import invalid


def fields(visit: Visit, session: Json) -> list[Markup]:
    parts: list[Markup] = []
    if session["billing_address_collection"] == "required":
        parts.append(address_fields(visit, {}))
    if session["phone_number_collection"]["enabled"]:
        parts.append(text_field("phone", "Phone", visit.field("phone"), type="tel", autocomplete="tel", required=True))
    if (session["tax_id_collection"] or {}).get("enabled"):
        parts.append(tax_id_fields(visit, session["tax_id_collection"]))
    parts += [custom(visit, entry) for entry in session["custom_fields"]]
    return parts + consents(visit, session)


def keep(visit: Visit, session: Json) -> None:
    """Puts the values of the shop's own fields and the consent on the session; raises for what is missing."""
    for entry in session["custom_fields"]:
        entry[entry["type"]]["value"] = value(visit.field(f"custom_{entry['key']}"), entry)
    wanted = session["consent_collection"] or {}
    if wanted.get("terms_of_service") == "required" and visit.field("terms") != "yes":
        raise invalid("Agree to the terms of service to go on.", "terms")
    if wanted.get("terms_of_service") == "required" or wanted.get("promotions") == "auto":
        asked = wanted.get("promotions") == "auto"
        promotions = ("opt_in" if visit.field("promotions") == "yes" else "opt_out") if asked else None
        accepted = "accepted" if wanted.get("terms_of_service") == "required" else None
        session["consent"] = {"promotions": promotions, "terms_of_service": accepted}
