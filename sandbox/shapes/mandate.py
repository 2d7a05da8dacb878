"""The shape of a mandate: a customer's permission to debit a bank account."""

from sandbox.ids import token
from sandbox.jsons import Json


def mandate(mandate_id: str, now: int, method: Json, acceptance: Json | None) -> Json:
    """`acceptance` as it was given in `mandate_data`; without one the customer accepted offline."""
    given = acceptance or {"type": "offline", "offline": {}}
    kind = given["type"]
    return {
        "id": mandate_id,
        "object": "mandate",
        "customer_acceptance": {
            "accepted_at": given.get("accepted_at", now),
            kind: given.get(kind) or {},
            "type": kind,
        },
        "livemode": False,
        "multi_use": {},
        "payment_method": method["id"],
        "payment_method_details": {method["type"]: _details(mandate_id, method["type"]), "type": method["type"]},
        "status": "active",
        "type": "multi_use",
    }


def _details(mandate_id: str, kind: str) -> Json:
    if kind != "sepa_debit":
        return {}
    reference = token("mandate", mandate_id, 16).upper()
    return {"reference": reference, "url": f"https://hooks.stripe.com/adapter/sepa_debit/file/{reference}"}
