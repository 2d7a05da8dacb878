"""Row F24: whoever reconciles may be killed at each page; the next goes on there, and the end is the same."""

from typing import Any

import pytest

from billing.gateway import listing
from billing.gateway.errors import Unknown
from billing.models import JobRun, ReconciliationRun
from billing.reconcile import reading
from billing.reconcile import run as running
from tests.inbox.companies import Company
from tests.inbox.stripe_calls import calls_to_stripe
from tests.reconcile.books import differing, everything, reconcile

pytestmark = pytest.mark.usefixtures("committing")


class Killed(BaseException):
    """As SIGKILL: nobody catches it."""


@pytest.fixture
def company(stripe_client: Any, sandbox: str) -> Company:
    made = Company(stripe_client, sandbox, customers=5)
    made.live(days=31)
    made.change()
    return made


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "ROWS_OF_A_PAGE", 4)
    monkeypatch.setattr(reading, "PAGES_AT_ONCE", 2)


def dying_after(monkeypatch: pytest.MonkeyPatch, steps: int, *, committed: bool) -> None:
    """The process ends before, or after, the commit of this step."""
    whole, left = running._commit, [steps]

    def commit(*given: Any) -> Any:
        left[0] -= 1
        if left[0] < 0 and not committed:
            raise Killed
        place = whole(*given)
        if left[0] < 0:
            raise Killed
        return place

    monkeypatch.setattr(running, "_commit", commit)


@pytest.mark.parametrize("committed", [False, True], ids=["before its commit", "after its commit"])
def test_it_is_killed_at_every_page_and_ends_all_the_same(
    company: Company, sandbox: str, monkeypatch: pytest.MonkeyPatch, small_pages: None, committed: bool
) -> None:
    kills = 0
    while True:
        with monkeypatch.context() as patched:
            dying_after(patched, 0 if committed else 1, committed=committed)  # each life does one step
            try:
                run = reconcile(full=True)
                break
            except Killed:
                kills += 1
    assert kills > 10
    assert ReconciliationRun.objects.get() == run
    assert differing(sandbox) == []
    before = everything()
    again = reconcile(full=True)
    assert everything() == before
    assert (again.total("healed"), again.total("refreshed")) == (0, 0)
    assert {noun: tally["checked"] for noun, tally in again.tallies.items()} == {
        noun: tally["checked"] for noun, tally in run.tallies.items()
    }


def test_pages_that_were_done_are_not_asked_for_again(
    company: Company, monkeypatch: pytest.MonkeyPatch, small_pages: None
) -> None:
    reconcile(full=True)
    with calls_to_stripe() as calls:
        reconcile(full=True)
    whole = calls()
    with calls_to_stripe() as calls, monkeypatch.context() as patched:
        dying_after(patched, 10, committed=True)
        with pytest.raises(Killed):
            reconcile(full=True)
        patched.undo()
        reconcile(full=True)
    assert calls() == whole


def test_stripe_falls_silent_and_the_run_waits_for_the_next_call(
    company: Company, sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: Any, **__: Any) -> Any:
        raise Unknown("No answer.", code="no_answer")

    with monkeypatch.context() as patched:
        patched.setattr(reading, "unread_page", silent)
        with pytest.raises(Unknown):
            reconcile()
    assert ReconciliationRun.objects.get().status == "running"
    assert JobRun.objects.get().status == "failed"
    reconcile()
    assert ReconciliationRun.objects.get().status == "done"
    assert differing(sandbox) == []


def test_what_was_read_before_stripe_fell_silent_is_not_read_again(
    company: Company, sandbox: str, monkeypatch: pytest.MonkeyPatch, small_pages: None
) -> None:
    whole, places = reading.unread_page, []

    def silent_at_the_second(noun: str, **asked: Any) -> Any:
        places.append((noun, asked["starting_after"]))
        if len(places) == 2:
            raise Unknown("No answer.", code="no_answer")
        return whole(noun, **asked)

    monkeypatch.setattr(reading, "unread_page", silent_at_the_second)
    reconcile(full=True, nouns=["customer"])
    assert len(places) == 3
    assert places[1] == places[2] != places[0]
    assert [one for one in differing(sandbox) if one.startswith("cus_")] == []


def test_large_objects_are_read_a_page_at_a_time(
    company: Company, monkeypatch: pytest.MonkeyPatch, small_pages: None
) -> None:
    reconcile(full=True, nouns=["customer"])
    steps: list[int] = []
    whole = reading.unread_page

    def counted(noun: str, **asked: Any) -> Any:
        steps[-1] += 1
        return whole(noun, **asked)

    def stepping(one: Any, place: Any) -> Any:
        steps.append(0)
        return reading.read(one, place)

    monkeypatch.setattr(reading, "unread_page", counted)
    monkeypatch.setattr(running, "read", stepping)
    reconcile(full=True, nouns=["customer"])
    assert steps == [2]  # five customers
    monkeypatch.setattr(reading, "BYTES_AT_ONCE", 1)
    reconcile(full=True, nouns=["customer"])
    assert steps == [2, 1, 1]
