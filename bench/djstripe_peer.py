"""How dj-stripe's own webhook applies events."""

import json
import time
from collections.abc import Sequence
from typing import Any

import stripe
from django.conf import settings
from django.test import RequestFactory
from djstripe.views import ProcessWebhookView

from bench.client import Load
from bench.djstripe_endpoint import known_endpoint
from bench.installation import WEBHOOK_SECRET
from bench.timing import timed
from billing.gateway.webhooks import sign

Json = dict[str, Any]


def by_djstripe(events: Sequence[Json]) -> Load:
    """Each delivered, signed, to dj-stripe's view in this process, which asks Stripe again and stores the answer."""
    stripe.api_base = settings.STRIPE_API_BASE  # dj-stripe asks through the SDK's global client
    endpoint = known_endpoint()
    view, factory = ProcessWebhookView.as_view(), RequestFactory()

    def deliver(event: Json) -> int:
        body = json.dumps(event).encode()
        signature = sign(body, WEBHOOK_SECRET, at=int(time.time()))
        request = factory.post("/", body, content_type="application/json", headers={"Stripe-Signature": signature})
        return int(view(request, uuid=endpoint.djstripe_uuid).status_code)

    return timed([lambda event=event: deliver(event) for event in events])
