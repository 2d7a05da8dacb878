"""The shape of a tax id."""

from sandbox.jsons import Json

_WITHOUT_COUNTRY = ("eu_oss_vat", "unknown")


def tax_id(tax_id_id: str, now: int, kind: str, value: str, customer: str | None) -> Json:
    """Of a customer, or of the account itself."""
    return {
        "id": tax_id_id,
        "object": "tax_id",
        "country": country_of(kind, value),
        "created": now,
        "customer": customer,
        "customer_account": None,
        "livemode": False,
        "owner": {
            "account": None,
            "application": None,
            "customer": customer,
            "customer_account": None,
            "type": "customer" if customer else "self",
        },
        "type": kind,
        "value": value,
        "verification": {"status": "unavailable", "verified_address": None, "verified_name": None},
    }


def country_of(kind: str, value: str) -> str | None:
    """Two letters; those of a European VAT number begin its value (Greece writes EL)."""
    if kind in _WITHOUT_COUNTRY:
        return None
    if kind == "eu_vat":
        return {"EL": "GR"}.get(value[:2], value[:2])
    return kind[:2].upper()
