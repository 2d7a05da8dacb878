"""Sign the heads as they are now and put them away."""

from datetime import datetime

import orjson
from django.conf import settings
from django.db import transaction

from audit.anchoring import form, place, signing
from audit.models import Anchor, ChainHead
from audit.verification.plan import Head, root_of


def is_configured() -> bool:
    return bool(settings.AUDIT_ANCHOR_URL) and signing.is_configured()


def anchor_now(*, now: datetime) -> Anchor:
    """Write one anchor of all chains. Raises CannotSign or CannotKeepAnchor; nothing is noted then."""
    heads = heads_now()
    content = form.made(heads, now)
    name = place.put(settings.AUDIT_ANCHOR_URL, orjson.dumps(content), now)
    with transaction.atomic():
        return Anchor.objects.create(
            made_at=now,
            place=name,
            key_id=content["key_id"],
            chains=len(heads),
            entries=sum(head.sequence for head in heads.values()),
        )


def heads_now() -> dict[int, Head]:
    """Of all chains, by number."""
    return {
        head.chain: Head(head.sequence, bytes(head.hash), root_of(head.sequence, list(head.peaks)))
        for head in ChainHead.objects.iterator()
    }
