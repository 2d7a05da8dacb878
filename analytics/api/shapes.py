"""The figures as JSON. Money in minor units, times in UTC."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from analytics.explain import Excluded, Explanation, Row
from analytics.queries import Bridge, CurrencyFigure, Figure, Movements, PlanFigure
from analytics.standpoint import Standpoint
from billing.api.money import money
from billing.domain.money import Money

Json = dict[str, object]


def shown(amount: Money) -> Json:
    return money(amount.amount, amount.currency)


def exact_time(instant: datetime) -> str:
    """To the microsecond: what was known is pinned that exactly."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def standpoint_json(at: Standpoint) -> Json:
    return {"as_of": exact_time(at.as_of), "as_known": exact_time(at.as_known), "policy": at.policy.key}


def figure_json(figure: Figure) -> Json:
    return {
        "value": shown(figure.value),
        "as_of": exact_time(figure.as_of),
        "as_known": exact_time(figure.as_known),
        "policy": figure.policy,
        "by_currency": [_currency(one) for one in figure.by_currency],
        "unconverted": [shown(amount) for amount in figure.unconverted],
    }


def _currency(one: CurrencyFigure) -> Json:
    return {
        "mrr": shown(one.mrr),
        "converted": shown(one.converted) if one.converted else None,
        "rate": None if one.rate is None else f"{one.rate.normalize():f}",
        "rate_day": one.rate_day.isoformat() if one.rate_day else None,
    }


def explanation_json(explanation: Explanation, *, limit: int | None, path: str) -> Json:
    """Rows are complete unless `limit` is given. `permalink` gives this answer again."""
    at = explanation.at
    return {
        "value": shown(explanation.value),
        **standpoint_json(at),
        "definition": at.policy.as_json(),
        "formula": explanation.formula,
        "rows": [_row(row) for row in explanation.rows[:limit]],
        "row_count": len(explanation.rows),
        "excluded": [_excluded(one) for one in explanation.excluded],
        "unconverted": [_row(row) for row in explanation.unconverted],
        "permalink": f"{path}?{urlencode(standpoint_json(at))}",
    }


def _row(row: Row) -> Json:
    held, item = row.held, row.held.revenue.item
    return {
        "organization": held.organization,
        "subscription": held.subscription,
        "status": held.status,
        "item": item.id,
        "price": item.price,
        "plan": held.plan,
        "interval": item.interval,
        "interval_count": item.interval_count,
        "quantity": item.quantity,
        "amount": shown(row.amount),
        "original": shown(row.original),
        "since": exact_time(held.since),
        "event": held.source_id,
    }


def _excluded(one: Excluded) -> Json:
    return {"reason": one.reason, "count": one.count, "amount": shown(one.amount)}


def movements_json(found: Movements) -> Json:
    return {
        "data": [_bridge(bridge) for bridge in found.bridges],
        "grain": str(found.grain),
        "currency": found.currency,
        **standpoint_json(found.at),
        "unconverted": list(found.unconverted),
    }


STEPS = ("start", "new", "expansion", "reactivation", "contraction", "churn", "pause", "fx", "end")


def _bridge(bridge: Bridge) -> Json:
    return {"period": bridge.period.name, **{step: shown(getattr(bridge, step)) for step in STEPS}}


def plans_json(figures: list[PlanFigure], at: Standpoint) -> Json:
    return {
        "data": [
            {"plan": one.plan, "name": one.name, "mrr": shown(one.mrr), "subscribers": one.subscribers}
            for one in figures
        ],
        **standpoint_json(at),
    }
