"""The history is the answer to "why do I pay this": each fact beside the one before it, and no change unsaid."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from billing.admin.change_words import changes_of
from billing.models import SubscriptionChange
from tests import factories
from tests.admin.reading import lines, rows_of, viewer

READER = viewer()
NOW = datetime(2026, 11, 20, 13, 2, tzinfo=UTC)
DAY = 86_400
SECONDS = int(NOW.timestamp())


def state(*items: tuple[str, int | None, int | None], status: str = "active", **more: Any) -> dict[str, Any]:
    named = [
        {"price": price, "quantity": quantity, "unit_amount": amount, "interval": "month"}
        for price, quantity, amount in items or [("price_a", 1, 2900)]
    ]
    return {"status": status, "currency": "usd", "items": named, **more}


def told(*states: dict[str, Any], cause: str = "updated") -> list[str]:
    """From the oldest fact to the newest."""
    facts = [
        SubscriptionChange(state=each, cause=cause, effective_at=NOW + timedelta(hours=hour), recorded_at=NOW)
        for hour, each in enumerate(states)
    ]
    return [change.words for change in changes_of(facts[::-1], READER)][::-1]


@pytest.fixture(autouse=True)
def _plans(db: None) -> None:
    for code in ("a", "b"):
        plan = factories.PlanFactory(name=f"Plan {code.upper()}")
        factories.PriceFactory(stripe_id=f"price_{code}", plan=plan)


def test_the_first_fact_says_what_began() -> None:
    assert told(state(status="trialing")) == ["Plan A ($29.00 a month), Trial"]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (state(("price_b", 1, 7900)), "Plan A ($29.00 a month) → Plan B ($79.00 a month)"),
        (state(("price_a", 3, 2900)), "Plan A ($29.00 a month) → Plan A × 3 ($87.00 a month)"),
        (state(("price_a", 0, 2900)), "Plan A ($29.00 a month) → Plan A × 0 ($0.00 a month)"),
        (state(("price_x", None, None)), "Plan A ($29.00 a month) → price_x"),
        (
            state(("price_a", 1, 2900), ("price_b", 1, 100)),
            "Plan A ($29.00 a month) → Plan A ($29.00 a month) + Plan B ($1.00 a month)",
        ),
        (state(status="past_due"), "Active → Past due"),
        (state(status="of_next_year"), "Active → of_next_year"),
        (state(cancel_at_period_end=True), "cancels at period end"),
        (state(cancel_at=SECONDS + 10 * DAY), "ends on 30 Nov 2026"),
        (state(cancel_at_period_end=True, cancel_at=SECONDS + 10 * DAY), "cancels at period end"),
        (state(pause={"behavior": "void"}), "paused"),
        (state(trial_end=SECONDS + DAY), "trial until 21 Nov 2026"),
        (state(), "No change of price, state or schedule"),
        (state(status="canceled", pause={"behavior": "void"}), "Active → Cancelled, paused"),
    ],
)
def test_each_change_is_told(after: dict[str, Any], expected: str) -> None:
    assert told(state(), after)[1] == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (state(cancel_at_period_end=True), "cancellation taken back"),
        (state(cancel_at=SECONDS), "end taken back"),
        (state(pause={"behavior": "void"}), "resumed"),
    ],
)
def test_what_is_taken_back_is_told_too(before: dict[str, Any], expected: str) -> None:
    assert told(before, state())[1] == expected


def test_a_renewal_is_called_that() -> None:
    assert told(state(), state(), cause="items")[1] == "Renewed"


def test_a_state_without_items_is_read() -> None:
    assert told({"status": "active", "currency": "usd", "items": []}) == ["no items, Active"]


def test_no_facts_are_no_history() -> None:
    assert told() == []
    rows = rows_of(factories.SubscriptionFactory(), "History", READER)
    assert lines(rows.table) == []
    assert rows.empty == "No change recorded yet."
