"""`rollup_usage`: its window, its words for people, its line for scripts, its exit status."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from structlog.testing import capture_logs

from tests.usage.sending import NOW, count, event, recounted, rolled_up
from usage import tasks
from usage.models import UsageBucket

pytestmark = pytest.mark.django_db
HOUR = NOW.replace(minute=0)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def run(*arguments: str) -> tuple[list[str], int]:
    """The lines that it printed, and its exit status."""
    out = StringIO()
    try:
        call_command("rollup_usage", *arguments, stdout=out)
    except SystemExit as end:
        return out.getvalue().splitlines(), int(str(end.code))
    return out.getvalue().splitlines(), 0


def summary(*arguments: str) -> dict:
    (line,), _ = run("--json", *arguments)
    return json.loads(line)


@pytest.fixture
def damaged(organization):
    """Two events at noon, and a bucket that says 7.5 in 3."""
    count(organization, event(1), event(2, value="1.5"))
    UsageBucket.objects.update(total="7.5", count=3)
    return organization


def test_by_default_it_looks_at_all_that_may_still_arrive():
    """35 days back events are accepted, five minutes ahead; a day and an hour more leave no hour half looked at."""
    assert summary() == {
        "from": "2026-02-07T12:30:00+00:00",
        "to": "2026-03-15T13:30:00+00:00",
        "differences": 0,
        "repaired": 0,
        "by_meter": {},
    }


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("2026-03-01", "2026-03-01T00:00:00+00:00"),
        ("2026-03-01T06:30", "2026-03-01T06:30:00+00:00"),
        ("2026-03-01T06:30:00+02:00", "2026-03-01T06:30:00+02:00"),
        ("2026-03-01 06:30Z", "2026-03-01T06:30:00+00:00"),
    ],
)
def test_times_are_utc_unless_they_say_otherwise(given, read):
    assert summary("--from", given)["from"] == read
    assert summary("--from", "2026-02-20", "--to", given)["to"] == read


@pytest.mark.parametrize("arguments", [("--from", "soon"), ("--to", "2026-02-30"), ("--from", "")])
def test_what_is_no_time_is_refused(arguments):
    with pytest.raises(CommandError, match="invalid _instant value"):
        run(*arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "2026-03-02", "--to", "2026-03-02"),
        ("--from", "2026-03-02", "--to", "2026-03-01"),
        ("--from", "2026-03-16"),
        ("--to", "2026-01-01"),
    ],
)
def test_a_window_has_a_length(arguments):
    with pytest.raises(CommandError, match="--from must be before --to"):
        run(*arguments)


def test_a_difference_is_told_in_words(damaged, meter):
    lines, status = run("--check", "--from", "2026-03-15", "--to", "2026-03-16")
    assert lines == [
        "2026-03-15 00:00 to 2026-03-16 00:00: 1 differ",
        f"  organization {damaged.pk}, meter {meter.pk}, 2026-03-15 12:00: rolled up 7.5 in 3 events, counted 2.5 in 2",
        "1 buckets differ.",
    ]
    assert status == 2


def test_each_day_has_its_line():
    lines, _ = run("--from", "2026-03-01T06:00", "--to", "2026-03-03")
    assert lines == [
        "2026-03-01 06:00 to 2026-03-02 06:00: 0 differ",
        "2026-03-02 06:00 to 2026-03-03 00:00: 0 differ",
        "The rollup is what the events come to.",
    ]


def test_hours_that_the_window_cuts_are_looked_at_whole(damaged):
    assert summary("--check", "--from", "2026-03-15T12:59", "--to", "2026-03-15T12:59:30")["differences"] == 1
    assert summary("--check", "--from", "2026-03-15T13:00", "--to", "2026-03-15T14:00")["differences"] == 0
    assert summary("--check", "--from", "2026-03-15T11:00", "--to", "2026-03-15T12:00")["differences"] == 0


def test_a_check_leaves_everything_as_it_is(damaged, meter):
    before = rolled_up()
    said = summary("--check")
    assert (said["differences"], said["repaired"], said["by_meter"]) == (1, 0, {str(meter.pk): 1})
    assert run("--check", "--json")[1] == 2
    assert rolled_up() == before != recounted()


def test_a_repair_says_so_and_ends_well(damaged):
    lines, status = run()
    assert (lines[-1], status) == ("1 buckets differed and were set right.", 0)
    assert rolled_up() == recounted()
    assert run("--check")[1] == 0


def test_an_invented_bucket_is_set_to_nothing(organization, meter):
    UsageBucket.objects.create(organization=organization, meter=meter, hour=HOUR, total=5, count=1)
    assert summary()["repaired"] == 1
    assert UsageBucket.objects.values_list("total", "count").get() == (0, 0)
    assert summary()["differences"] == 1 - 1


def test_a_lost_bucket_is_made_again(organization):
    count(organization, event(1, value="0.000000000001"))
    UsageBucket.objects.all().delete()
    assert summary()["repaired"] == 1
    assert rolled_up() == recounted() != {}


@pytest.mark.parametrize(("age", "found"), [(0, 1), (47, 1), (50, 0)])
def test_the_daily_check_looks_two_days_back(organization, age, found):
    count(organization, event(1, time=(NOW - timedelta(hours=age)).isoformat()))
    UsageBucket.objects.update(total=9)
    with capture_logs() as lines:
        assert tasks.check_rollup() == found
    assert [line["buckets"] for line in lines if line["event"] == "usage_rollup_differs"] == [1] * found


def test_what_the_daily_check_finds_is_counted_and_logged_by_its_day(organization):
    hours = [0, 1, 2, 30]
    count(organization, *(event(n, time=(NOW - timedelta(hours=n)).isoformat()) for n in hours))
    UsageBucket.objects.update(count=9)
    before = tasks.wrong_buckets._value.get()
    with capture_logs() as lines:
        assert tasks.check_rollup() == 4
    assert tasks.wrong_buckets._value.get() - before == 4
    assert sorted((line["log_level"], line["buckets"]) for line in lines) == [("error", 1), ("error", 1), ("error", 2)]
    assert datetime.fromisoformat(lines[0]["day"]) == datetime(2026, 3, 13, 12, tzinfo=UTC)
