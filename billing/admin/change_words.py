"""The history of a subscription: what each recorded fact changed, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from billing.models import Price, SubscriptionChange
from billing.templatetags.formats import date_text, money_text
from billing.templatetags.states import SUBSCRIPTION
from billing.templatetags.viewer import Viewer

CAUSES = {"items": "Items", "cancellation": "Cancellation", "status": "State", "pause": "Pause"}


@dataclass(frozen=True, slots=True)
class Change:
    """`at` is when it became true, `recorded_at` when we learned of it."""

    at: datetime
    recorded_at: datetime
    cause: str
    words: str


def changes_of(facts: list[SubscriptionChange], viewer: Viewer) -> list[Change]:
    """Newest first, each compared with the one before it."""
    names = _plan_names(facts)
    before: list[SubscriptionChange | None] = [*facts, None][1:]
    return [
        Change(fact.effective_at, fact.recorded_at, _cause(fact), _words(fact, earlier, names, viewer))
        for fact, earlier in zip(facts, before, strict=True)
    ]


def _plan_names(facts: list[SubscriptionChange]) -> dict[str, str]:
    ids = {item.get("price", "") for fact in facts for item in fact.state.get("items", [])}
    prices = Price.objects.filter(stripe_id__in=ids).select_related(None).prefetch_related("plan")
    return {price.stripe_id: str(getattr(price, "plan", None) or price) for price in prices}


def _cause(fact: SubscriptionChange) -> str:
    return CAUSES.get(fact.cause, fact.cause.replace(".", " ").replace("_", " ").capitalize())


def _words(
    fact: SubscriptionChange, earlier: SubscriptionChange | None, names: Mapping[str, str], viewer: Viewer
) -> str:
    state = fact.state
    if earlier is None:
        return f"{_items(state, names, viewer)}, {_status(state)}"
    old, changes = earlier.state, []
    if _items(state, names, viewer) != _items(old, names, viewer):
        changes.append(f"{_items(old, names, viewer)} → {_items(state, names, viewer)}")
    if state.get("status") != old.get("status"):
        changes.append(f"{_status(old)} → {_status(state)}")
    changes += _schedule(old, state, viewer)
    return ", ".join(changes) or ("Renewed" if fact.cause == "items" else "No change of price, state or schedule")


def _schedule(old: Mapping[str, Any], state: Mapping[str, Any], viewer: Viewer) -> list[str]:
    changes = []
    if bool(state.get("cancel_at_period_end")) != bool(old.get("cancel_at_period_end")):
        changes.append("cancels at period end" if state.get("cancel_at_period_end") else "cancellation taken back")
    elif state.get("cancel_at") != old.get("cancel_at"):
        changes.append(f"ends on {_day(state['cancel_at'], viewer)}" if state.get("cancel_at") else "end taken back")
    if bool(state.get("pause")) != bool(old.get("pause")):
        changes.append("paused" if state.get("pause") else "resumed")
    if state.get("trial_end") != old.get("trial_end") and state.get("trial_end"):
        changes.append(f"trial until {_day(state['trial_end'], viewer)}")
    return changes


def _day(seconds: int, viewer: Viewer) -> str:
    return date_text(datetime.fromtimestamp(seconds, UTC), viewer.zone, viewer.locale)


def _status(state: Mapping[str, Any]) -> str:
    status = str(state.get("status", ""))
    return SUBSCRIPTION.get(status, (status, None))[0]


def _items(state: Mapping[str, Any], names: Mapping[str, str], viewer: Viewer) -> str:
    return " + ".join(_item(item, state, names, viewer) for item in state.get("items", [])) or "no items"


def _item(item: Mapping[str, Any], state: Mapping[str, Any], names: Mapping[str, str], viewer: Viewer) -> str:
    price = str(item.get("price", ""))
    quantity = 1 if item.get("quantity") is None else item["quantity"]
    words = f"{names.get(price, price)}{f' × {quantity}' if quantity != 1 else ''}"
    amount = item.get("unit_amount")
    if amount is None:
        return words
    total = money_text(amount * quantity, str(state.get("currency", "usd")), viewer.locale)
    return f"{words} ({total} a {item.get('interval', 'time')})"
