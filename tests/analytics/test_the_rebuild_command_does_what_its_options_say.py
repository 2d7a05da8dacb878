"""`rebuild_analytics` is run by people at bad moments: its modes exclude each other, and looking changes nothing."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from analytics import policies
from analytics.management.commands import rebuild_analytics
from analytics.metrics.switches import Switches
from analytics.models import KnownState, MrrMovement
from analytics.policies import STRIPE_V1, MetricPolicy
from tests.analytics.lives import Life, days, item, record_all, state
from tests.analytics.told import in_ledger

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, int]:
    """What it printed, and its exit status."""
    out = StringIO()
    try:
        call_command("rebuild_analytics", *arguments, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(str(end.code))
    return out.getvalue(), 0


def rows():
    return list(MrrMovement.objects.order_by("id").values()), list(KnownState.objects.order_by("id").values())


def unread(*amounts: int) -> list[Life]:
    """Facts that no fold has read."""
    lives = [Life().tell(state(item(amount=amount))) for amount in amounts]
    for life in lives:
        record_all(life)
    return lives


def test_check_and_replace_exclude_each_other():
    with pytest.raises(CommandError, match="not allowed with argument"):
        run("--check", "--replace")


def test_a_check_writes_nothing_whatever_it_finds():
    in_ledger(Life().tell(state()))
    unread(1000, 2000)
    before = rows()
    said, status = run("--check")
    assert (rows(), status) == (before, 1)
    assert said.splitlines()[0] == "3 subscriptions read, 2 differences."
    assert "written" not in said


def test_a_difference_is_told_in_one_line():
    (life,) = unread(1000)
    said, _ = run("--check")
    assert said.splitlines()[1] == (
        f"  {life.subscription_id} si_1 price_starter 2026-01-01 12:00:00:"
        " +1000000000 millionths of a minor unit of usd are missing"
    )


def test_an_example_in_json_names_the_place():
    (life,) = unread(1000)
    (example,) = json.loads(run("--check", "--json")[0])["examples"]
    assert example == {
        "subscription": life.subscription_id,
        "item": "si_1",
        "price": "price_starter",
        "part": "recurring",
        "effective_at": "2026-01-01T12:00:00+00:00",
        "day": "2026-01-01",
        "currency": "usd",
        "missing_micro": 1_000_000_000,
    }


def test_too_much_in_the_ledger_is_missing_less_than_nothing():
    in_ledger(Life().tell(state()))
    MrrMovement.objects.update(delta_micro=2_900_000_007)
    assert json.loads(run("--check", "--json")[0])["examples"][0]["missing_micro"] == -7


@pytest.mark.parametrize("arguments", [(), ("--json",), ("--replace",), ("--replace", "--json")])
def test_after_it_wrote_a_check_finds_nothing(arguments):
    unread(1000, 2000)
    said, status = run(*arguments)
    assert status == 0
    assert run("--check")[1] == 0
    assert MrrMovement.objects.count() == 2
    assert (json.loads(said)["written"] == 2) if "--json" in arguments else said.endswith("2 movements written.\n")


def test_a_second_run_adds_nothing_and_a_second_replace_writes_the_same():
    unread(1000, 2000)
    run()
    assert json.loads(run("--json")[0]) == {"subscriptions": 2, "written": 0, "differences": 0, "examples": []}
    run("--replace")
    (first, known) = rows()
    run("--replace")
    (again, known_again) = rows()
    drop = lambda some: [{name: value for name, value in row.items() if name != "id"} for row in some]  # noqa: E731
    assert (drop(first), drop(known)) == (drop(again), drop(known_again))


def test_only_the_first_differences_are_shown_but_all_are_counted(monkeypatch):
    monkeypatch.setattr(rebuild_analytics, "SHOWN", 3)
    unread(*range(1000, 1007))
    said, _ = run("--check")
    assert said.splitlines()[0] == "7 subscriptions read, 7 differences."
    assert len(said.splitlines()) == 1 + 3
    summary = json.loads(run("--check", "--json")[0])
    assert (summary["differences"], len(summary["examples"])) == (7, 3)


def test_json_is_one_line_and_nothing_else(capsys):
    unread(1000)
    said, _ = run("--json")
    assert said.count("\n") == 1
    assert json.loads(said)["written"] == 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("mode", ["--check", "--replace", "--json"])
def test_an_unknown_policy_is_refused_before_anything_is_read(mode, django_assert_num_queries):
    with django_assert_num_queries(0), pytest.raises(CommandError, match=r"no metric policy 'v9'. Known: stripe/v1\."):
        run(mode, "--policy", "v9")


def test_an_empty_installation_has_nothing_to_do():
    assert run() == ("0 subscriptions read, 0 differences.\n0 movements written.\n", 0)
    assert run("--check") == ("0 subscriptions read, 0 differences.\n", 0)


@pytest.fixture
def two_policies(monkeypatch):
    """The published one, and one that counts trials."""
    trials = MetricPolicy("trials", 1, Switches(counted=frozenset({"active", "trialing"})))
    monkeypatch.setattr(policies, "POLICIES", (STRIPE_V1, trials))
    monkeypatch.setattr(rebuild_analytics, "POLICIES", (STRIPE_V1, trials))


def test_a_new_policy_is_filled_alone(two_policies):
    in_ledger(Life().tell(state(status="trialing")).tell(state(), after=days(14)))
    before = rows()[0]
    said, _ = run("--policy", "trials")
    assert said.splitlines() == [
        "1 subscriptions read, 1 differences.",
        said.splitlines()[1],
        "1 movements written.",
    ]
    assert rows()[0][: len(before)] == before
    assert [(row["policy"], row["day"].day) for row in rows()[0]] == [("stripe/v1", 15), ("trials/v1", 1)]


def test_all_policies_are_filled_by_default(two_policies):
    record_all(Life().tell(state(status="trialing")).tell(state(), after=days(14)))
    assert json.loads(run("--json")[0])["written"] == 2
    assert set(MrrMovement.objects.values_list("policy", flat=True)) == {"stripe/v1", "trials/v1"}
    assert run("--check")[1] == 0


def test_replacing_one_policy_leaves_the_other(two_policies):
    record_all(Life().tell(state()))
    run()
    kept = list(MrrMovement.objects.filter(policy="stripe/v1").values())
    run("--replace", "--policy", "trials/v1")
    assert list(MrrMovement.objects.filter(policy="stripe/v1").values()) == kept
    assert run("--check")[1] == 0
