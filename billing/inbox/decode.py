"""Stored events as sightings of objects."""

import json
from dataclasses import dataclass, replace

import msgspec
from django.conf import settings

from billing.domain.personal import without_personal
from billing.gateway.objects import can_fetch, is_complete
from billing.inbox.envelope import Envelope, envelope
from billing.inbox.registry import handlers_of
from billing.models import WebhookEvent
from billing.projection.sighting import Sighting


@dataclass(frozen=True, slots=True)
class Decoded:
    """A stored event and what its body says. `sighting` is None for objects without an id (a balance, an
    upcoming invoice), of which there is nothing to keep."""

    row: WebhookEvent
    body: Envelope
    sighting: Sighting | None
    is_scrubbed: bool = False


def decode(row: WebhookEvent) -> Decoded:
    """Raises msgspec.MsgspecError for a body that is no event; the webhook lets none in."""
    body = envelope(row.payload)
    return Decoded(row, body, _sighting(body))


def without_persons(one: Decoded) -> Decoded:
    """The event as it may be kept of an erased customer; its row's payload too, which is not saved here."""
    one.row.payload = scrubbed_payload(one.row.payload)
    return replace(one, body=envelope(one.row.payload), is_scrubbed=True)


def scrubbed_payload(payload: str) -> str:
    """An event's body without what tells of persons; "{}" where it is no event at all."""
    try:
        return json.dumps(without_personal(json.loads(payload)))
    except (ValueError, AttributeError):
        return "{}"


def is_foreign(one: Decoded) -> bool:
    """One installation is one account, in one mode and API version. Events of connected accounts, and objects that
    another API version shows and Stripe cannot be asked for, wait for a person."""
    known_to_differ = bool(one.body.api_version) and one.body.api_version != settings.STRIPE_API_VERSION
    return bool(one.body.account) or (
        known_to_differ
        and one.sighting is not None
        and not can_fetch(one.sighting.object_type)
        and bool(handlers_of(one.body.type))
    )


def _sighting(body: Envelope) -> Sighting | None:
    snapshot = body.data.object
    if not isinstance(snapshot.get("id"), str) or not isinstance(snapshot.get("object"), str):
        return None
    return Sighting(
        key=body.id,
        stripe_id=snapshot["id"],
        object_type=snapshot["object"],
        snapshot=snapshot,
        time=int(body.created_at.timestamp()),
        event_type=body.type,
        previous=body.data.previous_attributes or {},
        api_version=body.api_version or "",
        livemode=body.livemode,
        trusted=body.api_version == settings.STRIPE_API_VERSION and is_complete(snapshot),
    )


DecodeError = msgspec.MsgspecError
