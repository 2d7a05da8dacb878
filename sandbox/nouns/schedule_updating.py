"""New phases for a schedule: what is over stays, the phase that is being lived changes now, later ones wait."""

from sandbox.context import Context
from sandbox.errors import invalid
from sandbox.jsons import Json
from sandbox.lives import changing, phasing
from sandbox.lives.schedule_standing import current
from sandbox.nouns.schedule_building import phases_of

_BILLED = ("items", "trial_end", "billing_cycle_anchor")
_SHOWN = ("metadata", "collection_method", "default_payment_method", "description", "invoice_settings")


def apply_phases(ctx: Context, schedule: Json, given: Json) -> None:
    """Replaces the phases, and brings the subscription to the present one. The schedule is changed, not stored."""
    entries = given.get("phases")
    if schedule["status"] == "not_started":
        _replan(ctx, schedule, entries)
        return
    subscription = ctx.load("subscription", schedule["subscription"])
    if entries is not None:
        _rephase(ctx, schedule, subscription, entries, given)
    _set_end(ctx, schedule, subscription)


def _customer(ctx: Context, schedule: Json) -> Json:
    return ctx.load("customer", schedule["customer"])


def _replan(ctx: Context, schedule: Json, entries: list[Json] | None) -> None:
    """Of a schedule that waits: everything can change, its start too; a start now is one."""
    if entries is None:
        return
    first = entries[0].get("start_date") if entries else None
    start = ctx.now if first == "now" else first or schedule["phases"][0]["start_date"]
    if start < ctx.now:
        raise invalid("The start date of a phase that has not started cannot be in the past.", "phases[0][start_date]")
    schedule["phases"] = phases_of(ctx, _customer(ctx, schedule), entries, start)
    if start == ctx.now:
        phasing.start(ctx, schedule)


def _rephase(ctx: Context, schedule: Json, subscription: Json, entries: list[Json], given: Json) -> None:
    old = current(schedule)
    assert old is not None  # noqa: S101 - an active schedule has a present phase
    past = [phase for phase in schedule["phases"] if phase["end_date"] <= old["start_date"]]
    coming = _without_past(entries, past)
    if coming[0].get("start_date", old["start_date"]) != old["start_date"]:
        raise invalid("You can not modify the start date of the current phase.", "phases[0][start_date]")
    fresh = phases_of(ctx, _customer(ctx, schedule), coming, old["start_date"])
    schedule["phases"] = past + fresh
    if fresh[0]["end_date"] < ctx.now:
        raise invalid("The end date of the current phase cannot be in the past.", "phases[0][end_date]")
    if fresh[0]["end_date"] == ctx.now:
        _turn_now(ctx, schedule, subscription, fresh)
        return
    schedule["current_phase"]["end_date"] = fresh[0]["end_date"]
    if any(fresh[0][name] != old[name] for name in (*_BILLED, *_SHOWN)):
        _change_present(ctx, schedule, subscription, old, fresh[0], given)


def _without_past(entries: list[Json], past: list[Json]) -> list[Json]:
    """The entries from the present phase on; those of phases that are over may be repeated, but not changed."""
    if not entries or all("start_date" not in entry for entry in entries):
        raise invalid(
            "The subscription schedule update is missing at least one phase with a `start_date` to anchor end dates"
            " to.",
            "phases",
        )
    over = {phase["start_date"]: phase for phase in past}
    coming = list(entries)
    while coming and coming[0].get("start_date") in over:
        stored = over[coming.pop(0)["start_date"]]
        index = len(entries) - len(coming) - 1
        if _changes(entries[index], stored):
            raise invalid("You can not update a phase that has already ended.", f"phases[{index}]")
    if not coming:
        raise invalid("The current phase must be part of the update.", "phases")
    return coming


def _changes(entry: Json, stored: Json) -> bool:
    prices = [item.get("price") or item.get("plan") for item in entry["items"]]
    ends = entry.get("end_date", stored["end_date"])
    return bool(ends != stored["end_date"] or prices != [item["price"] for item in stored["items"]])


def _turn_now(ctx: Context, schedule: Json, subscription: Json, fresh: list[Json]) -> None:
    """The present phase ends now: the next one is entered, and what it costs at once is collected."""
    if len(fresh) == 1:
        raise invalid("The end date of the last phase must be in the future.", "phases[0][end_date]")
    made = phasing.enter(ctx, schedule, subscription, fresh[1])
    schedule["current_phase"] = {name: fresh[1][name] for name in ("end_date", "start_date")}
    changing.complete(ctx, subscription, made, "allow_incomplete")


def _change_present(ctx: Context, schedule: Json, subscription: Json, old: Json, phase: Json, given: Json) -> None:
    """The present phase as it is now wanted; the request says how the difference is prorated."""
    behavior = given.get("proration_behavior", "create_prorations")
    made = phasing.alter(ctx, schedule, subscription, old, {**phase, "proration_behavior": behavior})
    changing.complete(ctx, subscription, made, "allow_incomplete")


def _set_end(ctx: Context, schedule: Json, subscription: Json) -> None:
    """The subscription says when the schedule will cancel it."""
    wanted = schedule["phases"][-1]["end_date"] if schedule["end_behavior"] == "cancel" else None
    if subscription["cancel_at"] != wanted:
        subscription["cancel_at"] = wanted
        changing.complete(ctx, subscription, None, "allow_incomplete")
