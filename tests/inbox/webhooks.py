"""Events made up for a test, and signed deliveries of them."""

import hashlib
import hmac
import json
import time
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

URL = "/api/v1/webhooks/stripe"
START = 1_700_000_000


def customer(customer_id: str = "cus_A", **fields: Any) -> dict[str, Any]:
    return {
        "id": customer_id,
        "object": "customer",
        "created": START,
        "livemode": False,
        "name": "Acme",
        "email": "acme@example.com",
        "currency": "usd",
        "balance": 0,
        "metadata": {},
        "invoice_settings": {"default_payment_method": None},
        **fields,
    }


def event(
    event_id: str = "evt_1",
    event_type: str = "customer.updated",
    *,
    about: dict[str, Any] | None = None,
    previous: dict[str, Any] | None = None,
    **fields: Any,
) -> dict[str, Any]:
    data: dict[str, Any] = {"object": about or customer()}
    if previous is not None:
        data["previous_attributes"] = previous
    return {
        "id": event_id,
        "object": "event",
        "api_version": settings.STRIPE_API_VERSION,
        "created": START,
        "livemode": False,
        "type": event_type,
        "data": data,
        **fields,
    }


def encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()


def signed(body: bytes, *, at: int | None = None, secret: str = "") -> str:
    """`Stripe-Signature` of the body at Unix time `at` (now)."""
    moment = int(time.time()) if at is None else at
    return f"t={moment},v1={mac(body, moment, secret)}"


def mac(body: bytes, at: int, secret: str = "") -> str:
    key = secret or settings.STRIPE_WEBHOOK_SECRETS[0]
    return hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def deliver_signed(body: bytes, signature: str | None = None, url: str = URL, **extra: Any) -> Any:
    """POST the body as Stripe would; `signature` replaces the right one, "" leaves the header out."""
    header = signed(body) if signature is None else signature
    headers = {"Stripe-Signature": header} if header else {}
    return Client(raise_request_exception=False).post(
        url, body, content_type="application/json", headers=headers, **extra
    )


def writes() -> dict[str, tuple[int, int, int]]:
    """Rows inserted, updated and deleted in each table by the open transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return {name: (inserted, updated, deleted) for name, inserted, updated, deleted in cursor.fetchall()}
