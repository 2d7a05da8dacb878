"""What Stripe would charge (https://docs.stripe.com/api/invoices/create_preview)."""

from typing import Any

from billing.gateway.client import Json, ask


def preview_invoice(**parameters: Any) -> Json:
    """The invoice that these parameters would make now; nothing is stored at Stripe."""
    return ask("post", "/v1/invoices/create_preview", parameters, operation="invoices.create_preview")
