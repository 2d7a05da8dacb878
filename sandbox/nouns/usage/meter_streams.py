"""Usage by version 2 of the API: one event validated at once, or up to 100 that are validated afterwards.

A stream is written with the token of a session, which lives for 15 minutes.
"""

import copy

from sandbox import ids
from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.usage import error_reports, metering
from sandbox.nouns.usage import meter_events
from sandbox.protocol.moments import moment, written
from sandbox.protocol.params import Kind, array_of, mapping, required
from sandbox.state import usage_rows
from sandbox.state.stream_sessions import LIFE, SESSION

CREATE: dict[str, Kind] = {**meter_events.CREATE, "timestamp": moment}
STREAM: dict[str, Kind] = {"events": required(array_of(mapping(CREATE), 1, 100))}


def create(ctx: Context) -> Json:
    counted = meter_events.create(ctx)
    times = {name: written(counted[name]) for name in ("created", "timestamp")}
    return {**counted, **times, "object": "v2.billing.meter_event"}


def adjust(ctx: Context) -> Json:
    made = meter_events.adjust(ctx)
    created = {"id": ctx.new_id("mea_test_"), "created": written(ctx.now)}
    return {**made, **created, "object": "v2.billing.meter_event_adjustment"}


def open_session(ctx: Context) -> Json:
    """Sessions that have expired are dropped on the way."""
    for old in ctx.store.find(SESSION):
        if old["_"]["expires"] <= ctx.now:
            ctx.store.drop(old["id"])
    session_id = ctx.new_id("mes_test_")
    session = {
        "id": session_id,
        "object": SESSION,
        "authentication_token": "token_" + ids.token("meter-event-session", session_id, 40),
        "created": written(ctx.now),
        "expires_at": written(ctx.now + LIFE),
        "livemode": False,
        "_": {"expires": ctx.now + LIFE},
    }
    return public(ctx.create(session))


def stream(ctx: Context) -> Json:
    """Accepts all; what cannot be counted is reported. An identifier that was used is passed over."""
    for event in ctx.params["events"]:
        each = _on_its_own(ctx)
        identifier = event.get("identifier") or each.new_id("")
        if usage_rows.recall(ctx.store.db, identifier, each.now):
            continue
        try:
            metering.count(each, {**event, "identifier": identifier})
        except metering.CannotCount as problem:
            error_reports.note(_on_its_own(ctx), problem, identifier)
    return {}


def _on_its_own(ctx: Context) -> Context:
    """The same request on the account's clock: each event's customer may live on another."""
    each = copy.copy(ctx)
    each.clock, each.now = None, ctx.account_now
    ctx.store.timeline = None
    return each
