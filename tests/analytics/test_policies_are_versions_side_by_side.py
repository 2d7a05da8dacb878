"""A published figure names its policy. A name means its newest version; a version means itself for ever."""

import json
from dataclasses import FrozenInstanceError, fields

import pytest

from analytics import policies
from analytics.metrics.switches import Switches
from analytics.policies import STRIPE_V1, MetricPolicy, UnknownPolicy, policy_named

SECOND = MetricPolicy("stripe", 2, Switches(days_in_year=360))
TENTH = MetricPolicy("stripe", 10)
LEAN = MetricPolicy("lean", 1)


@pytest.fixture
def four(monkeypatch):
    monkeypatch.setattr(policies, "POLICIES", (SECOND, TENTH, LEAN, STRIPE_V1))


@pytest.mark.parametrize(
    ("name", "policy"),
    [
        ("stripe", TENTH),  # not the last of the alphabet, nor of the table
        ("stripe/v1", STRIPE_V1),
        ("stripe/v2", SECOND),
        ("stripe/v10", TENTH),
        ("lean", LEAN),
        ("lean/v1", LEAN),
    ],
)
def test_a_name_is_the_newest_and_a_key_is_itself(four, name, policy):
    assert policy_named(name) is policy


@pytest.mark.parametrize(
    "name", ["", "stripe/", "stripe/v", "stripe/v01", "stripe/v3", "Stripe", "stripe ", "/v1", "v1"]
)
def test_nothing_else_is_guessed(four, name):
    with pytest.raises(UnknownPolicy) as unknown:
        policy_named(name)
    assert unknown.value.code == "unknown_policy"
    assert str(unknown.value) == (
        f"There is no metric policy {name!r}. Known: stripe/v2, stripe/v10, lean/v1, stripe/v1."
    )


@pytest.mark.parametrize("policy", policies.POLICIES, ids=lambda policy: policy.key)
def test_every_policy_says_all_of_its_switches_in_json(policy):
    said = json.loads(json.dumps(policy.as_json()))
    assert set(said) == {"key", "name", "version", "switches"}
    assert said["key"] == f"{said['name']}/v{said['version']}"
    assert set(said["switches"]) == {one.name for one in fields(Switches)}
    assert all(value == sorted(value) for value in said["switches"].values() if isinstance(value, list))


def test_keys_are_told_apart_and_fit_their_column():
    keys = [policy.key for policy in policies.POLICIES]
    assert len(set(keys)) == len(keys)
    assert all(len(key) <= 32 for key in keys)


def test_the_published_version_is_what_it_was():
    """A change of these is a new version: figures that name this one would no longer be what they say."""
    assert STRIPE_V1.as_json() == {
        "key": "stripe/v1",
        "name": "stripe",
        "version": 1,
        "switches": {
            "counted": ["active", "past_due"],
            "pausing": ["mark_uncollectible", "void"],
            "durations": ["forever"],
            "weeks_in_year": 52,
            "days_in_year": 365,
        },
    }


def test_a_policy_cannot_be_changed_while_it_runs():
    with pytest.raises(FrozenInstanceError):
        STRIPE_V1.version = 2
    with pytest.raises(FrozenInstanceError):
        STRIPE_V1.switches.days_in_year = 366
