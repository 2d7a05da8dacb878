"""A cancellation that is asked for a later moment: at a date, or at the end of a period.

A date within a running period ends the period there: the time after it is credited where the change prorates, and
debited again when the cancellation is taken back. Source: the parameter `cancel_at` of Stripe's reference.
"""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.subscriptions import proration
from sandbox.lives.subscriptions.item_periods import boundary_after
from sandbox.lives.subscriptions.schedule import period_of
from sandbox.protocol.errors import invalid

PERIOD_ENDS = ("min_period_end", "max_period_end", "max_billed_until")


def apply(ctx: Context, subscription: Json, given: Json, prorates: bool) -> bool:
    """Sets what is asked for and fits the running periods to it; whether prorations were made."""
    if not given.keys() & {"cancel_at", "cancel_at_period_end"}:
        return False
    _ask(ctx, subscription, given)
    made = _fit_periods(ctx, subscription, prorates)
    refresh(subscription)
    return made


def _ask(ctx: Context, subscription: Json, given: Json) -> None:
    """Sets `cancel_at` or `cancel_at_period_end` as given; raises for both, and for the past."""
    if given.get("cancel_at") and given.get("cancel_at_period_end"):
        raise invalid("You may only specify one of these parameters: cancel_at, cancel_at_period_end.", "cancel_at")
    if "cancel_at" in given:
        at = _moment(subscription, given["cancel_at"])
        if at is not None and at <= ctx.now:
            raise invalid("`cancel_at` must be in the future.", "cancel_at")
        _note(ctx, subscription, at, at_period_end=False)
    elif given.get("cancel_at_period_end") or (
        "cancel_at_period_end" in given and subscription["cancel_at_period_end"]
    ):
        _note(ctx, subscription, None, at_period_end=bool(given["cancel_at_period_end"]))


def refresh(subscription: Json) -> None:
    """A cancellation at the period's end moves with the first end among the items."""
    if subscription["cancel_at_period_end"]:
        subscription["cancel_at"] = period_of(subscription)[1]


def _moment(subscription: Json, given: int | str | None) -> int | None:
    if given not in PERIOD_ENDS:
        return None if given is None else int(given)
    ends = [_natural_end(subscription, item) for item in subscription["items"]["data"]]
    return min(ends) if given == "min_period_end" else max(ends)


def _note(ctx: Context, subscription: Json, at: int | None, at_period_end: bool) -> None:
    asked = at is not None or at_period_end
    subscription.update(cancel_at=at, cancel_at_period_end=at_period_end, canceled_at=ctx.now if asked else None)
    subscription["cancellation_details"]["reason"] = "cancellation_requested" if asked else None


def _natural_end(subscription: Json, item: Json) -> int:
    if subscription["status"] == "trialing":
        return int(item["current_period_end"])
    return boundary_after(subscription, item, item["current_period_start"])


def _fit_periods(ctx: Context, subscription: Json, prorates: bool) -> bool:
    """Ends running periods at the cancellation, or lets them run on; whether prorations were made."""
    cancel = None if subscription["cancel_at_period_end"] else subscription["cancel_at"]
    moved = [_fit(ctx, subscription, item, cancel, prorates) for item in subscription["items"]["data"]]
    return any(moved)


def _fit(ctx: Context, subscription: Json, item: Json, cancel: int | None, prorates: bool) -> bool:
    natural, before = _natural_end(subscription, item), item["current_period_end"]
    end = cancel if cancel and item["current_period_start"] < cancel < natural else natural
    if end == before or subscription["status"] == "trialing":
        return False
    made = prorates and end < before and proration.credit(ctx, subscription, item, end)
    item["current_period_end"] = end
    return made or (prorates and end > before and proration.debit(ctx, subscription, item, before))
