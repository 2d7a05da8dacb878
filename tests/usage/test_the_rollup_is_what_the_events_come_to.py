"""Rollup equals recount; where it was damaged the recount finds it and sets it right, also while events arrive."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import OrganizationFactory
from tests.usage.sending import NOW, at_once, count, event, raw, recounted, rolled_up
from usage import tasks
from usage.aggregate import rollup_differences
from usage.domain.windows import Window
from usage.ingest.receive import receive
from usage.ingest.senders import Sender
from usage.models import UsageBucket

MARCH = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


@pytest.fixture
def two_weeks(organization):
    other = OrganizationFactory()
    times = [f"2026-03-{1 + number // 6:02}T{number % 6:02}:30:00Z" for number in range(14 * 6)]
    count(organization, *(event(n, value=f"0.{n + 1}", time=time) for n, time in enumerate(times)))
    count(other, *(event(n, time=time) for n, time in enumerate(times)))
    return organization


def differences(*, repair=False, window=MARCH):
    return [one for _, found in rollup_differences(window, repair=repair) for one in found]


def damage(organization) -> int:
    """Wrong, missing and invented buckets: 13 in all."""
    own = UsageBucket.objects.filter(organization=organization)
    hours = sorted(own.values_list("hour", flat=True))
    own.filter(hour=hours[0]).update(total=99)
    own.filter(hour=hours[5]).update(count=99)
    own.filter(hour__in=hours[10:20]).delete()
    meter_id = UsageBucket.objects.values_list("meter_id", flat=True).first()
    UsageBucket.objects.create(
        organization=organization, meter_id=meter_id, hour=datetime(2026, 3, 20, tzinfo=UTC), total=5, count=5
    )
    return 13


def test_they_agree(two_weeks):
    assert rolled_up() == recounted()
    assert differences() == []
    assert len(rolled_up()) == 14 * 6 * 2


def test_damage_is_found_and_set_right(two_weeks):
    damaged = damage(two_weeks)
    found = differences()
    assert len(found) == damaged
    assert (found[0].rolled_total, found[0].rolled_count, found[0].total, found[0].count) == (99, 1, Decimal("0.1"), 1)
    assert len(differences(repair=True)) == damaged
    assert differences() == []
    kept = {key: sums for key, sums in rolled_up().items() if sums != (0, 0)}
    assert kept == recounted()


def test_a_second_repair_finds_nothing_to_do(two_weeks):
    damage(two_weeks)
    differences(repair=True)
    before = rolled_up()
    assert differences(repair=True) == []
    assert rolled_up() == before


def test_the_whole_rollup_can_be_made_again(two_weeks):
    before = rolled_up()
    UsageBucket.objects.all().delete()
    differences(repair=True)
    assert rolled_up() == before


def test_only_the_window_is_looked_at(two_weeks):
    UsageBucket.objects.all().delete()
    day = Window(datetime(2026, 3, 3, 1, 59, tzinfo=UTC), datetime(2026, 3, 3, 3, 0, tzinfo=UTC))
    assert [(one.hour.day, one.hour.hour) for one in differences(window=day)] == [(3, 1), (3, 2)] * 2


def test_repairs_at_once_and_events_that_arrive_meanwhile(committing, two_weeks):
    """Two repairs while a client sends events into the very hours that are repaired."""
    damage(two_weeks)
    late = [event(f"late-{n}", time=f"2026-03-{1 + n % 14:02}T0{n % 6}:45:00Z") for n in range(600)]
    batches = [raw(late[start : start + 40]) for start in range(0, 600, 40)]

    def send():
        for batch in batches:
            receive(batch, sender=Sender(two_weeks), now=NOW)

    def repair():
        for _ in range(5):
            differences(repair=True)

    at_once(send, repair, repair)
    assert differences() == []
    assert {key: sums for key, sums in rolled_up().items() if sums != (0, 0)} == recounted()


def rollup_usage(*arguments: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("rollup_usage", "--from", "2026-03-01", "--to", "2026-04-01", *arguments, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(str(end.code))
    return out.getvalue(), 0


def test_the_command_reports_and_repairs(two_weeks):
    assert rollup_usage("--check")[1] == 0
    damaged = damage(two_weeks)
    text, status = rollup_usage("--check")
    assert status == 2
    assert text.endswith(f"{damaged} buckets differ.\n")
    assert f"organization {two_weeks.pk}, meter " in text
    text, status = rollup_usage("--json")
    assert status == 0
    assert text.count("\n") == 1
    summary = json.loads(text)
    assert (summary["differences"], summary["repaired"]) == (damaged, damaged)
    assert sum(summary["by_meter"].values()) == damaged
    assert json.loads(rollup_usage("--json", "--check")[0])["differences"] == 0
    assert rollup_usage()[0].endswith("The rollup is what the events come to.\n")


def test_the_command_refuses_a_window_without_length():
    with pytest.raises(CommandError):
        call_command("rollup_usage", "--from", "2026-03-02", "--to", "2026-03-01")
    with pytest.raises(CommandError):
        call_command("rollup_usage", "--from", "soon")


def test_the_task_counts_what_differs_and_leaves_it(organization, monkeypatch):
    now = datetime(2026, 3, 15, 12, 30, tzinfo=UTC)
    monkeypatch.setattr(tasks.timezone, "now", lambda: now)
    count(organization, event(1), event(2, time=(now - timedelta(days=1)).isoformat()))
    assert tasks.check_rollup() == 0
    UsageBucket.objects.update(total=7)
    assert tasks.check_rollup() == 2
    assert set(UsageBucket.objects.values_list("total", flat=True)) == {7}
