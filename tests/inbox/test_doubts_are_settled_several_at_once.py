"""What only Stripe can settle is asked for by several requests at once, and no more often than before."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from billing.gateway.errors import Missing, Refused, StripeFault, Unknown
from billing.inbox.fetching import AT_ONCE, Answers, fetch_doubtful
from billing.projection.sighting import Applied

IDS = [f"cus_{number}" for number in range(1 + 2 * AT_ONCE)]
Fetch = Callable[[str, str], Any]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[Fetch], tuple[Answers, list[str]]]:
    """The answers, and whom was asked about, where Stripe answers so."""

    def ask(answer: Fetch) -> tuple[Answers, list[str]]:
        ids: list[str] = []

        def fetch(object_type: str, stripe_id: str) -> Any:
            ids.append(stripe_id)
            return answer(object_type, stripe_id)

        monkeypatch.setattr("billing.inbox.fetching.fetch", fetch)
        return fetch_doubtful(Applied(doubtful=dict.fromkeys(IDS, "customer"), versions=dict.fromkeys(IDS, 7))), ids

    return ask


def named(object_type: str, stripe_id: str) -> Any:
    return {"id": stripe_id, "object": object_type}


def test_four_are_under_way_together(asked: Any) -> None:
    """But for the first, each waits for three others, or fails."""
    together = threading.Barrier(AT_ONCE, timeout=30)

    def answer(object_type: str, stripe_id: str) -> Any:
        if stripe_id != IDS[0]:
            together.wait()
        return named(object_type, stripe_id)

    answers, ids = asked(answer)
    assert sorted(ids) == IDS
    assert [(one.stripe_id, one.noted_version, one.snapshot) for one in answers.fetched] == [
        (stripe_id, 7, named("customer", stripe_id)) for stripe_id in IDS
    ]
    assert answers.faults == {}


@pytest.mark.django_db
def test_inside_a_tests_transaction_they_follow_each_other(asked: Any) -> None:
    threads = set()

    def answer(object_type: str, stripe_id: str) -> Any:
        threads.add(threading.current_thread())
        return named(object_type, stripe_id)

    assert connection.in_atomic_block
    answers, ids = asked(answer)
    assert ids == [one.stripe_id for one in answers.fetched] == IDS
    assert threads == {threading.current_thread()}


@pytest.mark.parametrize("fault", [Refused, Missing])
def test_a_refusal_is_the_objects_own(asked: Any, fault: type[StripeFault]) -> None:
    def answer(object_type: str, stripe_id: str) -> Any:
        if stripe_id == IDS[0]:
            raise fault("No.", code="no")
        return named(object_type, stripe_id)

    answers, ids = asked(answer)
    assert sorted(ids) == IDS
    assert list(answers.faults) == IDS[:1]
    assert [one.stripe_id for one in answers.fetched] == IDS[1:]


@pytest.mark.parametrize("spoken", [0, 1])
def test_a_silent_stripe_is_not_asked_for_the_rest(asked: Any, spoken: int) -> None:
    def answer(object_type: str, stripe_id: str) -> Any:
        if stripe_id in IDS[:spoken]:
            return named(object_type, stripe_id)
        raise Unknown("No answer.", code="no_answer")

    answers, ids = asked(answer)
    assert len(ids) == 1 if spoken == 0 else 1 < len(ids) <= 1 + AT_ONCE
    assert sorted(answers.faults) == IDS[spoken:]
    assert {fault.code for fault in answers.faults.values()} == {"no_answer"}
    assert [one.stripe_id for one in answers.fetched] == IDS[:spoken]


def test_a_mistake_of_ours_is_raised(asked: Any) -> None:
    def answer(object_type: str, stripe_id: str) -> Any:
        raise LookupError(stripe_id)

    with pytest.raises(LookupError):
        asked(answer)
