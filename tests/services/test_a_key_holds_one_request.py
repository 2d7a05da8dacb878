"""Who holds an Idempotency-Key, until when, and who may take it over: each edge of the lease to the microsecond.

What callers see of it over HTTP is in tests/api/test_a_repeated_request_is_done_once.py.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from billing.models import IdempotencyRecord, StripeCommand
from billing.services import idempotency
from billing.services.idempotency import KEPT, LEASE, Claim, KeyReused, StillRunning

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def claim(now: datetime = NOW, **fields: Any) -> Claim:
    given = {"scope": "org_1", "key": "k", "request_hash": "h", "request_id": "req_1", **fields}
    return idempotency.claim(commands=StripeCommand.objects.all(), now=now, **given)


def command(request_id: str, **fields: Any) -> StripeCommand:
    number = StripeCommand.objects.count()
    return StripeCommand.objects.create(
        operation="x",
        idempotency_key=f"key{number}",
        request_id=request_id,
        actor_kind="user",
        actor_id="1",
        **fields,
    )


def keep(made: Claim, body: str = "{}") -> None:
    idempotency.keep(made.record, status=201, body=body, content_type="application/json")


def test_the_first_request_is_to_do_the_work() -> None:
    made = claim()
    assert (made.answer, made.command) == (None, None)
    record = IdempotencyRecord.objects.get()
    assert (record.status, record.lease_until, record.request_id) == ("running", NOW + LEASE, "req_1")


def test_its_answer_is_given_to_the_next() -> None:
    keep(claim(), body='{"a": 1}')
    again = claim(NOW + timedelta(hours=23), request_id="req_2")
    assert again.answer is not None
    assert (again.answer.response_status, again.answer.response_body) == (201, '{"a": 1}')
    assert again.answer.response_type == "application/json"
    assert again.answer.request_id == "req_1"


@pytest.mark.parametrize("finished", [False, True])
def test_another_request_under_the_key_is_refused(finished: bool) -> None:
    made = claim()
    if finished:
        keep(made)
    with pytest.raises(KeyReused, match="another request; use a new one") as refusal:
        claim(request_hash="other")
    assert (refusal.value.code, refusal.value.status) == ("idempotency_key_reused", 422)


@pytest.mark.parametrize("other", [{"scope": "org_2"}, {"key": "K"}, {"key": "k "}])
def test_keys_are_told_apart_by_scope_and_letter(other: dict[str, str]) -> None:
    keep(claim())
    assert claim(request_hash="other", **other).answer is None
    assert IdempotencyRecord.objects.count() == 2


@pytest.mark.parametrize("after", [timedelta(0), LEASE - INSTANT])
def test_while_the_lease_runs_others_wait(after: timedelta) -> None:
    claim()
    with pytest.raises(StillRunning, match="ask again in a moment") as refusal:
        claim(NOW + after, request_id="req_2")
    assert (refusal.value.code, refusal.value.status) == ("idempotency_in_progress", 409)
    assert IdempotencyRecord.objects.get().request_id == "req_1"


def test_when_it_is_over_the_next_takes_the_key() -> None:
    claim()
    taken = claim(NOW + LEASE, request_id="req_2")
    assert (taken.answer, taken.command) == (None, None)
    assert (taken.record.request_id, taken.record.lease_until) == ("req_2", NOW + 2 * LEASE)


def test_it_goes_on_with_the_command_of_the_crashed_one() -> None:
    claim()
    command("req_1")
    last = command("req_1")
    command("req_other")
    taken = claim(NOW + LEASE, request_id="req_2")
    assert taken.command == last
    assert taken.record.request_id == "req_1"


def test_the_third_finds_that_command_too() -> None:
    claim()
    first = command("req_1")
    claim(NOW + LEASE, request_id="req_2")
    assert claim(NOW + 2 * LEASE, request_id="req_3").command == first


def test_only_among_the_commands_that_the_caller_may_have_given() -> None:
    claim()
    command("req_1")
    taken = idempotency.claim(
        scope="org_1",
        key="k",
        request_hash="h",
        request_id="req_2",
        commands=StripeCommand.objects.none(),
        now=NOW + LEASE,
    )
    assert taken.command is None


def test_a_late_answer_does_not_overwrite_who_took_over() -> None:
    late = claim()
    second = claim(NOW + LEASE, request_id="req_2")
    keep(late, body="late")
    assert IdempotencyRecord.objects.get().status == "running"
    keep(second, body="second")
    keep(late, body="late")
    assert IdempotencyRecord.objects.get().response_body == "second"


def test_a_released_key_is_free_at_once() -> None:
    made = claim()
    idempotency.release(made.record, now=NOW + INSTANT)
    assert claim(NOW + INSTANT, request_id="req_2").record.request_id == "req_2"


def test_a_late_release_does_not_take_the_key_from_another() -> None:
    late = claim()
    claim(NOW + LEASE, request_id="req_2")
    idempotency.release(late.record, now=NOW + LEASE)
    with pytest.raises(StillRunning):
        claim(NOW + LEASE, request_id="req_3")


def test_a_kept_answer_cannot_be_released() -> None:
    made = claim()
    keep(made)
    idempotency.release(made.record, now=NOW)
    assert claim(request_id="req_2").answer is not None


def test_the_loser_of_a_race_for_a_crashed_key_waits() -> None:
    """Both read the record; the other one is faster."""
    claim()
    seen = IdempotencyRecord.objects.get()
    claim(NOW + LEASE, request_id="req_2")
    with pytest.raises(StillRunning):
        idempotency._take(seen, "h", "req_3", NOW + LEASE)
    assert IdempotencyRecord.objects.get().request_id == "req_2"


@pytest.mark.parametrize(("age", "is_new"), [(KEPT - INSTANT, False), (KEPT, True), (KEPT * 2, True)])
def test_after_a_day_the_key_is_new(age: timedelta, is_new: bool) -> None:
    keep(claim())
    if is_new:
        made = claim(NOW + age, request_hash="other", request_id="req_2")
        assert made.answer is None
        assert (made.record.created_at, made.record.request_hash) == (NOW + age, "other")
    else:
        assert claim(NOW + age).answer is not None


def test_what_is_older_than_a_day_is_forgotten() -> None:
    for number in range(4):
        claim(NOW + timedelta(hours=number), key=f"k{number}")
    assert idempotency.forget_old(now=NOW + KEPT - INSTANT) == 0
    assert idempotency.forget_old(now=NOW + KEPT + timedelta(hours=1)) == 2
    assert set(IdempotencyRecord.objects.values_list("key", flat=True)) == {"k2", "k3"}
