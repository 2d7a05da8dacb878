"""Counting usage: what a meter event has to be, and what becomes of it.

Limits are Stripe's: a time of the past 35 days or at most five minutes ahead, whole numbers of at most 15 digits,
an identifier that was not used within 24 hours.
"""

import re

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.protocol.errors import StripeError, invalid
from sandbox.state import usage_rows
from sandbox.state.usage_rows import DAY, Entry

OLDEST, AHEAD, MAX_DIGITS = 35 * DAY, 300, 15
_WHOLE = re.compile(r"[+-]?\d+")


class CannotCount(Exception):
    """An event that no meter can count. `code` is the word of Stripe's error reports; `subject` is the meter's id,
    or empty where there is none."""

    def __init__(self, code: str, message: str, param: str, subject: str = "", error: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.param, self.subject, self.error = code, message, param, subject, error
        self.report = message

    def refusal(self) -> StripeError:
        """The answer where events are validated before they are accepted."""
        return invalid(self.message, self.param, self.error)


def meter_for(ctx: Context, event_name: str) -> Json:
    """The active meter of an event name."""
    found = ctx.store.find("billing.meter", tag=event_name)
    active = next((meter for meter in found if meter["status"] == "active"), None)
    if active is not None:
        return active
    code, subject = ("archived_meter", found[-1]["id"]) if found else ("no_meter", "")
    problem = CannotCount(code, f'No active meter found for event name "{event_name}".', "event_name", subject)
    if not found:
        problem.report = f"No meter was found matching event_name {event_name}."
    raise problem


def count(ctx: Context, event: Json) -> int:
    """Records an event (event_name, identifier, payload of texts, timestamp or None); the time it counts for.

    Raises `CannotCount`. Time is that of the customer's clock.
    """
    meter = meter_for(ctx, event["event_name"])
    customer = _customer(ctx, meter, event["payload"])
    at = _moment(ctx, meter, event.get("timestamp"))
    value = _value(meter, event["payload"])
    sequence = ctx.store.note("usage_events", 0) + 1
    ctx.store.set_note("usage_events", sequence)
    entry = Entry(meter["id"], customer, at, sequence, value)
    usage_rows.add(ctx.store.db, meter, entry)
    usage_rows.remember(ctx.store.db, event["identifier"], ctx.now, entry)
    return at


def _customer(ctx: Context, meter: Json, payload: Json) -> str:
    key = meter["customer_mapping"]["event_payload_key"]
    given, param = payload.get(key), f"payload[{key}]"
    if not given:
        message = f"Customer mapping key {key} not found in payload."
        raise CannotCount("meter_event_no_customer_defined", message, "payload", meter["id"])
    try:
        return str(ctx.load("customer", given, param)["id"])
    except StripeError as missing:
        found = str(missing.fields.get("code"))
        raise CannotCount("meter_event_customer_not_found", missing.message, param, meter["id"], found) from None


def _moment(ctx: Context, meter: Json, given: int | None) -> int:
    if given is None:
        return ctx.now
    oldest = ctx.now - OLDEST
    if given < oldest:
        message = (
            "The event timestamp cannot be more than 35 days in past."
            f" Expected a timestamp greater than or equal to {oldest}."
        )
        raise CannotCount("timestamp_too_far_in_past", message, "timestamp", meter["id"])
    if given > ctx.now + AHEAD:
        raise CannotCount("timestamp_in_future", "The event timestamp cannot be in future.", "timestamp", meter["id"])
    return given


def _value(meter: Json, payload: Json) -> int:
    """A meter that counts events needs no value, and ignores one."""
    if meter["default_aggregation"]["formula"] == "count":
        return 0
    key = meter["value_settings"]["event_payload_key"]
    given, param = payload.get(key), f"payload[{key}]"
    if given is None or given == "":
        message = f"Value mapping key {key} not found in payload."
        raise CannotCount("meter_event_value_not_found", message, "payload", meter["id"])
    if not _WHOLE.fullmatch(given):
        message = f"The value in the event payload must be a whole number. Received `{given}`."
        raise CannotCount("meter_event_invalid_value", message, param, meter["id"])
    if len(given.lstrip("+-").lstrip("0")) > MAX_DIGITS:
        message = f"The value in the event payload can have at most {MAX_DIGITS} digits. Received `{given}`."
        raise CannotCount("meter_event_value_too_many_digits", message, param, meter["id"])
    return int(given)


def cancel(ctx: Context, event_name: str, identifier: str) -> None:
    """Takes an event back; raises where it was not received within 24 hours, or was canceled before."""
    known = usage_rows.recall(ctx.store.db, identifier, ctx.now)
    meter = ctx.store.get(known[0].meter) if known else None
    if known is None or meter is None or meter["event_name"] != event_name:
        raise invalid(
            f"No meter event with identifier {identifier} was received for event name {event_name} in the past 24"
            " hours.",
            "cancel[identifier]",
            "resource_missing",
        )
    if known[1]:
        raise invalid(f"The meter event with identifier {identifier} is already canceled.", "cancel[identifier]")
    usage_rows.take_back(ctx.store.db, meter, known[0])
    usage_rows.mark_canceled(ctx.store.db, identifier)
