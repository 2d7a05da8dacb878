"""Single events on demand."""

from sandbox.application import Account
from sandbox.context import Context
from sandbox.controls.checks import checked, mapping, words
from sandbox.controls.samples import sample
from sandbox.event_types import EVENT_TYPES
from sandbox.events import record
from sandbox.jsons import Json, public
from sandbox.protocol.errors import invalid, missing

_TRIGGER = {"type": words, "object": words, "overrides": mapping, "previous_attributes": mapping}


def trigger(account: Account, given: Json) -> Json:
    """{"type": event type, "object": id, "overrides": {...}, "previous_attributes": {...}}: emits one event.

    Without an id the newest object of the type's kind is taken, in the state that the type says. Overrides change
    only what the event says, not what is stored.
    """
    given = checked({name: value for name, value in given.items() if value is not None}, _TRIGGER)
    kind = given.get("type")
    if kind not in EVENT_TYPES:
        raise invalid("type must be an event type of Stripe's, such as invoice.paid.", "type")
    with account.store.transaction():
        ctx = Context(account.store, account.clock.now, account.settings, guarded=True)
        shown = _subject(ctx, kind, given.get("object"))
        event = record(ctx, kind, {**shown, **given.get("overrides", {})}, given.get("previous_attributes"))
    account.delivery.wake()
    return event


def _subject(ctx: Context, kind: str, object_id: str | None) -> Json:
    if object_id is None:
        return sample(ctx, kind)
    stored = ctx.store.get(object_id)
    if stored is None:
        raise missing("object", object_id, "object")
    return public(stored)
