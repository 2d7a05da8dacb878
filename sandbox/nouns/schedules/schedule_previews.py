"""Previews of a schedule: the first invoice of one to come, the next one of one that runs, as it is or changed."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.previewing import next_renewal
from sandbox.lives.schedules import phasing
from sandbox.nouns.schedules.schedule_fields import build
from sandbox.nouns.schedules.subscription_schedules import change, opened
from sandbox.protocol.errors import invalid


def of_schedule(quiet: Context, details: Json) -> Json | None:
    """Inside a rehearsal: the draft that `schedule` and `schedule_details` lead to."""
    if not quiet.param("schedule"):
        return _of_new(quiet, details)
    schedule = opened(quiet, quiet.params["schedule"], "preview", "schedule")
    subscription, made = change(quiet, schedule, details)
    if made is not None:
        return made
    if subscription is None:
        return _begun(quiet, schedule)
    quiet.store.put(schedule)
    return next_renewal(quiet, subscription)


def _of_new(quiet: Context, details: Json) -> Json | None:
    phases = details.get("phases") or []
    if not quiet.param("customer") or not phases:
        raise invalid("You must pass `schedule`, or `customer` and `schedule_details[phases]`.", "schedule_details")
    start = phases[0].get("start_date", "now")
    return _begun(quiet, build(quiet, {**details, "customer": quiet.params["customer"], "start_date": start}))


def _begun(quiet: Context, schedule: Json) -> Json | None:
    quiet.now = max(quiet.now, schedule["phases"][0]["start_date"])
    return phasing.begin(quiet, schedule)
