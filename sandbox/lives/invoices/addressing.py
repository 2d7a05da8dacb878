"""Who an invoice is for: as the customer is, until it is finalized."""

from sandbox.context import Context
from sandbox.jsons import Json


def address(ctx: Context, made: Json, customer: Json) -> bool:
    """Copies the customer's details onto a draft; whether that changes its taxes."""
    exempt = made["customer_tax_exempt"]
    made.update(
        customer_address=customer["address"],
        customer_email=customer["email"],
        customer_name=customer["name"],
        customer_phone=customer["phone"],
        customer_shipping=customer["shipping"],
        customer_tax_exempt=customer["tax_exempt"],
        customer_tax_ids=[
            {"type": entry["type"], "value": entry["value"]}
            for entry in ctx.store.find("tax_id", customer=customer["id"])
        ],
    )
    return bool(exempt != customer["tax_exempt"])


def letterhead(made: Json, customer: Json) -> None:
    """What a new invoice has of the customer's invoice settings."""
    settings = customer["invoice_settings"]
    made.update(footer=settings["footer"], custom_fields=settings["custom_fields"])
    display = (settings["rendering_options"] or {}).get("amount_tax_display")
    if display:
        blank: Json = {"pdf": None, "template": None, "template_version": None}
        made["rendering"] = {"amount_tax_display": display, **blank}
