"""`rebuild_analytics` computes the ledger afresh, and compares, corrects or replaces it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from analytics.ledger.knowledge import settled_now
from analytics.models import KnownState, MrrMovement
from analytics.queries import mrr
from analytics.tasks import check_ledger
from tests.analytics.lives import START, Life, days, item, record_all, state
from tests.analytics.told import in_ledger

pytestmark = pytest.mark.django_db


def rebuild(*arguments: str) -> str:
    out = StringIO()
    call_command("rebuild_analytics", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def life() -> Life:
    life = Life().tell(state()).tell(state(item(quantity=3)), after=days(1))
    in_ledger(life)
    return life


def test_a_right_ledger_has_no_differences(life):
    assert json.loads(rebuild("--check", "--json")) == {
        "subscriptions": 1,
        "written": 0,
        "differences": 0,
        "examples": [],
    }
    assert rebuild().splitlines() == ["1 subscriptions read, 0 differences.", "0 movements written."]


def test_a_lost_movement_is_found_and_named(life):
    MrrMovement.objects.filter(cause="quantity").delete()
    with pytest.raises(SystemExit) as stopped:
        rebuild("--check")
    assert stopped.value.code == 1
    assert mrr(START + days(2)).value.amount == 2900
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("rebuild_analytics", "--check", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert found["differences"] == 1
    assert found["examples"][0]["missing_micro"] == 5_800_000_000
    assert found["examples"][0]["subscription"] == life.subscription_id


def test_a_correction_keeps_what_was_said_before(life):
    wrong = MrrMovement.objects.get(cause="start")
    MrrMovement.objects.filter(pk=wrong.pk).update(delta_micro=1)
    then = settled_now()
    said = mrr(START + days(2), as_known=then)
    assert "1 movements written." in rebuild()
    assert mrr(START + days(2)).value.amount == 8700
    assert mrr(START + days(2), as_known=then) == said
    assert MrrMovement.objects.get(cause="correction").delta_micro == 2_900_000_000 - 1


def test_a_movement_that_no_fact_asks_for_is_taken_back(life):
    stray = MrrMovement.objects.get(cause="start")
    stray.pk, stray.effective_at = None, stray.effective_at + days(9)
    stray.save()
    check_ledger()
    assert mrr(START + days(20)).value.amount == 8700
    assert MrrMovement.objects.get(cause="correction").delta_micro == -2_900_000_000


def test_facts_that_nobody_marked_are_found_by_the_nightly_check():
    record_all(Life().tell(state()))
    assert mrr(START).value.amount == 0
    check_ledger()
    assert mrr(START).value.amount == 2900


def test_a_dropped_ledger_is_written_anew_with_the_times_of_its_facts(life):
    MrrMovement.objects.all().delete()
    KnownState.objects.all().delete()
    assert "2 movements written." in rebuild("--replace")
    known = list(MrrMovement.objects.order_by("effective_at").values_list("recorded_at", flat=True))
    assert known == [fact.recorded_at for fact in life.facts]
    assert mrr(START + days(2), as_known=START).value.amount == 2900


def test_another_reporting_zone_moves_the_days(life, settings):
    settings.REPORTING_TIME_ZONE = "Pacific/Auckland"
    rebuild()
    net: dict = {}
    for day, delta in MrrMovement.objects.values_list("day", "delta_micro"):
        net[day.isoformat()] = net.get(day.isoformat(), 0) + delta // 10**6
    assert {day: delta for day, delta in net.items() if delta} == {"2026-01-02": 2900, "2026-01-03": 5800}
    assert json.loads(rebuild("--check", "--json"))["differences"] == 0


def test_one_policy_may_be_named_and_an_unknown_one_is_refused(life):
    assert "0 differences" in rebuild("--policy", "stripe")
    with pytest.raises(CommandError, match="stripe/v1"):
        rebuild("--policy", "nobody")


def test_many_subscriptions_are_read_in_batches(monkeypatch):
    for _ in range(5):
        in_ledger(Life().tell(state()))
    monkeypatch.setattr("analytics.ledger.rebuild.batches.__defaults__", (2,))
    assert json.loads(rebuild("--check", "--json"))["subscriptions"] == 5
