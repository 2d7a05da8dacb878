"""What a buyer agrees to."""

from sandbox.jsons import Json
from sandbox.pages.html import Markup, tag
from sandbox.pages.visits import Visit


def consents(visit: Visit, session: Json) -> list[Markup]:
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
