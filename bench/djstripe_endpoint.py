"""The endpoint that dj-stripe's own webhook needs to know."""

from uuid import uuid4

from djstripe.models import WebhookEndpoint

from bench.installation import WEBHOOK_SECRET


def known_endpoint() -> WebhookEndpoint:
    """One with our secret."""
    endpoint, _ = WebhookEndpoint.objects.get_or_create(
        id="we_benchmark",
        defaults={
            "secret": WEBHOOK_SECRET,
            "url": "http://127.0.0.1/",
            "status": "enabled",
            "enabled_events": ["*"],
            "livemode": False,
            "djstripe_uuid": uuid4(),
        },
    )
    return endpoint
