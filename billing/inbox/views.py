"""The webhook: verify, store, answer. No other work, and never a call to Stripe."""

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from prometheus_client import Counter

from billing.gateway.webhooks import BadSignature, verify
from billing.inbox.receive import Unreadable, receive

MAX_BODY_BYTES = 1024 * 1024
DRAIN_BYTES = 8 * 1024 * 1024
_PIECE = 64 * 1024

logger = structlog.get_logger(__name__)
signature_failures = Counter("webhook_signature_failures_total", "Webhooks whose signature did not fit")


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """200 stored (or known already), 400 not from Stripe or not an event, 413 over 1 MiB, 503 not stored."""
    body = request.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        _drain(request)
        return _problem(413, "too_large", "A webhook has at most 1 MiB.")
    now = timezone.now()
    try:
        verify(
            body,
            request.headers.get("Stripe-Signature", ""),
            settings.STRIPE_WEBHOOK_SECRETS,
            now=int(now.timestamp()),
        )
        is_new = receive(body, now=now)
    except BadSignature as error:
        signature_failures.inc()
        return _problem(400, "bad_signature", str(error))
    except Unreadable as error:
        return _problem(400, "unreadable_event", str(error))
    except DatabaseError:
        logger.exception("webhook_not_stored")
        return _problem(503, "not_stored", "The event could not be stored; send it again.")
    return JsonResponse({"received": True, "new": is_new})


def _drain(request: HttpRequest) -> None:
    """Read on, up to a limit: who still writes when the connection closes sees a broken pipe, and no answer."""
    left = DRAIN_BYTES - MAX_BODY_BYTES
    while left > 0 and (piece := request.read(min(left, _PIECE))):
        left -= len(piece)


def _problem(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse(
        {"type": "about:blank", "title": code.replace("_", " "), "status": status, "code": code, "detail": detail},
        status=status,
        content_type="application/problem+json",
    )
