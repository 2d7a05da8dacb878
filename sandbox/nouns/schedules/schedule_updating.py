"""New phases for a schedule: what is over stays, the phase that is being lived changes now, later ones wait."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.schedules import phasing
from sandbox.lives.subscriptions.schedule_standing import current
from sandbox.nouns.schedules.schedule_building import phases_of
from sandbox.protocol.errors import invalid

_BILLED = ("items", "trial_end", "billing_cycle_anchor", "discounts", "default_tax_rates")
_SHOWN = ("metadata", "collection_method", "default_payment_method", "description", "invoice_settings")


def apply_phases(ctx: Context, schedule: Json, given: Json) -> tuple[Json | None, Json | None]:
    """Replaces the phases and brings the subscription to the present one: the subscription, where there is one, and
    the draft of what this costs now, or None. Neither the schedule nor the subscription is stored."""
    entries = given.get("phases")
    if schedule["status"] == "not_started":
        return None, _replan(ctx, schedule, entries) if entries is not None else None
    subscription = ctx.load("subscription", schedule["subscription"])
    made = _rephase(ctx, schedule, subscription, entries, given) if entries is not None else None
    if schedule["end_behavior"] == "cancel":
        subscription["cancel_at"] = schedule["phases"][-1]["end_date"]
    elif "end_behavior" in given:
        subscription["cancel_at"] = None
    return subscription, made


def _customer(ctx: Context, schedule: Json) -> Json:
    return ctx.load("customer", schedule["customer"])


def _replan(ctx: Context, schedule: Json, entries: list[Json]) -> Json | None:
    """Of a schedule that waits: everything can change, its start too; a start now is one."""
    first = entries[0].get("start_date") if entries else None
    start = ctx.now if first == "now" else first or schedule["phases"][0]["start_date"]
    if start < ctx.now:
        raise invalid("The start date of a phase that has not started cannot be in the past.", "phases[0][start_date]")
    schedule["phases"] = phases_of(ctx, _customer(ctx, schedule), entries, start)
    return phasing.begin(ctx, schedule) if start == ctx.now else None


def _rephase(ctx: Context, schedule: Json, subscription: Json, entries: list[Json], given: Json) -> Json | None:
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
        return _turn_now(ctx, schedule, subscription, fresh)
    schedule["current_phase"]["end_date"] = fresh[0]["end_date"]
    if all(fresh[0][name] == old[name] for name in (*_BILLED, *_SHOWN)):
        return None
    behavior = given.get("proration_behavior", "create_prorations")
    return phasing.alter(ctx, schedule, subscription, old, {**fresh[0], "proration_behavior": behavior})


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


def _turn_now(ctx: Context, schedule: Json, subscription: Json, fresh: list[Json]) -> Json | None:
    """The present phase ends now: the next one is entered."""
    if len(fresh) == 1:
        raise invalid("The end date of the last phase must be in the future.", "phases[0][end_date]")
    schedule["current_phase"] = {name: fresh[1][name] for name in ("end_date", "start_date")}
    return phasing.enter(ctx, schedule, subscription, fresh[1])
