"""POST usage/events: who may send, in which forms, and what is answered."""

import gzip
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from billing.domain.scopes import Scope
from tests.api.calls import problem
from tests.factories import MembershipFactory, OrganizationFactory, api_key
from tests.usage.sending import BATCH, event, recounted, rolled_up, send
from usage.api.body import MAX_BODY_BYTES
from usage.ingest import metrics
from usage.ingest.split import LINES, MAX_EVENTS, ONE
from usage.models import UsageEvent

pytestmark = pytest.mark.django_db
NOTHING = {"accepted": 0, "duplicates": 0, "rejected": []}


@pytest.fixture
def key(organization):
    return api_key(organization, Scope.USAGE_WRITE)


@pytest.fixture
def installation_key(meter):
    return api_key(None, Scope.USAGE_WRITE)


def fresh(id, **more):
    return event(id, time=more.pop("time", timezone.now().isoformat()), **more)


def accepted(response, number=1):
    assert response.status_code == 202, response.content
    assert response.json() == {**NOTHING, "accepted": number}


def codes(response):
    assert response.status_code == 202, response.content
    return [(one["index"], one["code"]) for one in response.json()["rejected"]]


def test_one_event(key, organization):
    accepted(send(fresh(1), key, ONE))
    stored = UsageEvent.objects.get()
    assert (stored.organization, stored.event_id, stored.source, stored.value) == (organization, "1", "tests", 1)
    assert abs(stored.received_at - timezone.now()) < timedelta(minutes=1)


@pytest.mark.parametrize("media_type", [BATCH, "application/json", f"{BATCH}; charset=utf-8"])
def test_a_batch(key, media_type):
    accepted(send([fresh(1), fresh(2)], key, media_type), 2)
    assert rolled_up() == recounted()


def test_lines(key):
    lines = "\n".join(json.dumps(fresh(number)) for number in range(3)) + "\n\n"
    accepted(send(lines, key, LINES), 3)


@pytest.mark.parametrize("media_type", [BATCH, LINES])
def test_compressed(key, media_type):
    events = [fresh(number) for number in range(3)]
    plain = json.dumps(events) if media_type == BATCH else "\n".join(map(json.dumps, events))
    accepted(send(gzip.compress(plain.encode()), key, media_type, Content_Encoding="gzip"), 3)


def test_an_empty_batch_is_answered(key):
    response = send([], key)
    assert (response.status_code, response.json()) == (202, NOTHING)


def test_sent_again_it_is_a_duplicate(key):
    events = [fresh(1), fresh(2)]
    send(events, key)
    assert send(events, key).json() == {**NOTHING, "duplicates": 2}


def test_a_conflict_says_what_to_do(key):
    first = fresh(1)
    send([first], key)
    response = send([{**first, "data": {"value": 2}}], key)
    assert response.status_code == 202
    ((rejection),) = response.json()["rejected"]
    assert (rejection["index"], rejection["code"]) == (0, "event_conflict")
    assert "new id" in rejection["detail"]
    assert UsageEvent.objects.get().value == 1


BAD_VALUES = {
    -1: "-1",
    "1e308": "1e308",
    "1e-13": "1e-13",
    "NaN as text": '"NaN"',
    "full width": '"１２"',
    "comma": '"1,5"',
    "true": "true",
    "null": "null",
    "10^30": "1" + "0" * 30,
    "a list": "[1]",
}
GOOD_VALUES = {"zero": "0", "minus zero": "-0", "fine": "0.000000000001", "text": '"12.5"', "large": "9" * 18}


def test_bad_values_spoil_only_themselves(key):
    texts = [json.dumps(fresh(n, value="VALUE")).replace('"VALUE"', text) for n, text in enumerate(BAD_VALUES.values())]
    good = [json.dumps(fresh(f"g{n}", value="VALUE")).replace('"VALUE"', t) for n, t in enumerate(GOOD_VALUES.values())]
    response = send(f"[{','.join(texts + good)}]", key)
    assert codes(response) == [(index, "invalid_value") for index in range(len(texts))]
    assert response.json()["accepted"] == len(good)
    assert rolled_up() == recounted()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400000"])
def test_numbers_that_are_none_spoil_only_themselves(key, number):
    """Common encoders write NaN into JSON unasked; its neighbours are counted all the same."""
    bad = json.dumps(fresh(1, value="VALUE")).replace('"VALUE"', number)
    response = send(f"[{json.dumps(fresh(0))}, {bad}, {json.dumps(fresh(2))}]", key)
    assert codes(response) == [(1, "invalid_event" if number == "1e400000" else "invalid_json")]
    assert response.json()["accepted"] == 2


def test_bad_times_spoil_only_themselves(key):
    now = timezone.now()
    times = {
        (now - timedelta(days=36)).isoformat(): "time_too_old",
        (now + timedelta(minutes=6)).isoformat(): "time_in_future",
        "0001-01-01T00:00:00Z": "time_too_old",
        "9999-12-31T23:59:59Z": "time_in_future",
        now.strftime("%Y-%m-%dT%H:%M:60Z"): "invalid_time",
        now.strftime("%Y-%m-%dT%H:%M:%S"): "invalid_time",
    }
    good = [(now - timedelta(days=34)).isoformat(), (now + timedelta(minutes=4)).isoformat(), None]
    response = send([fresh(n, time=time) for n, time in enumerate([*times, *good])], key)
    assert codes(response) == list(enumerate(times.values()))
    assert response.json()["accepted"] == len(good)


def test_anything_may_stand_among_events(key):
    response = send([fresh(1), 5, "x", None, [], {}, fresh(2)], key)
    assert codes(response) == [(index, "invalid_event") for index in range(1, 6)]
    assert response.json()["accepted"] == 2


def test_an_organization_reports_for_itself_alone(key, organization):
    other = OrganizationFactory()
    subjects = [..., organization.public_id, organization.stripe_customer_id, other.public_id, "org_none"]
    response = send([fresh(n, subject=subject) for n, subject in enumerate(subjects)], key)
    assert codes(response) == [(3, "unknown_subject"), (4, "unknown_subject")]
    assert set(UsageEvent.objects.values_list("organization", flat=True)) == {organization.pk}


def test_the_installation_reports_for_all(installation_key, organization):
    other = OrganizationFactory()
    gone = OrganizationFactory(deleted_at=timezone.now())
    subjects = [organization.public_id, other.stripe_customer_id, ..., "org_none", gone.public_id]
    response = send([fresh(n, subject=subject) for n, subject in enumerate(subjects)], installation_key)
    assert codes(response) == [(2, "unknown_subject"), (3, "unknown_subject"), (4, "unknown_subject")]
    stored = UsageEvent.objects.order_by("event_id").values_list("organization", flat=True)
    assert list(stored) == [organization.pk, other.pk]


def test_the_installation_may_name_one(installation_key, organization):
    response = send(
        [fresh(1), fresh(2, subject=OrganizationFactory().public_id)],
        installation_key,
        X_Organization=organization.public_id,
    )
    assert codes(response) == [(1, "unknown_subject")]
    assert UsageEvent.objects.get().organization == organization


def test_an_unknown_type_is_rejected(key):
    assert codes(send([fresh(1, type="nobody.counts")], key)) == [(0, "unknown_event_type")]


def test_without_the_scope_nothing_is_taken(organization, meter):
    for owner in (organization, None):
        problem(send([fresh(1)], api_key(owner, Scope.USAGE_READ, Scope.BILLING_WRITE)), 403, "missing_scope")
    problem(send([fresh(1)], "ch_test_nobody"), 401, "invalid_api_key")
    assert not UsageEvent.objects.exists()


def test_another_content_type_is_not_guessed_at(key):
    for media_type in ("text/plain", "application/xml", "multipart/form-data; boundary=x", ""):
        problem(send(b"[]", key, media_type), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("body", "media_type"),
    [(b"{", ONE), (b"[{]", BATCH), (b"{}", BATCH), (b"\xff", BATCH), (b"[1,]", "application/json")],
)
def test_a_broken_body_is_refused_whole(key, body, media_type):
    problem(send(body, key, media_type), 400, "malformed_json")


@pytest.mark.parametrize("media_type", [ONE, BATCH, LINES])
def test_an_empty_body_is_refused(key, media_type):
    problem(send(b" \n", key, media_type), 400, "empty_body")
    problem(send(gzip.compress(b""), key, media_type, Content_Encoding="gzip"), 400, "empty_body")


BROKEN = {
    "not compressed": b"no gzip",
    "cut off": gzip.compress(b"[]", mtime=0)[:-4],
    "two in a row": gzip.compress(b"[]", mtime=0) * 2,
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_broken_compression_is_refused(key, body):
    problem(send(body, key, Content_Encoding="gzip"), 400, "malformed_gzip")


def test_other_encodings_are_refused(key):
    problem(send(b"[]", key, Content_Encoding="br"), 415, "unsupported_encoding")


def test_a_body_of_unknown_length_is_refused(key, client):
    """WSGI would show it as empty, and its usage would be lost without a word."""
    headers = {"Authorization": f"Bearer {key}"}
    response = client.generic("POST", "/api/v1/usage/events", b"", headers=headers, CONTENT_TYPE=LINES)
    problem(response, 411, "length_required")


def test_too_large_a_body_is_refused(key):
    problem(send(b" " * (MAX_BODY_BYTES + 1), key), 413, "too_large")


def test_a_small_body_that_inflates_beyond_the_limit_is_refused(key):
    bomb = gzip.compress(b" " * (MAX_BODY_BYTES + 1))
    assert len(bomb) < 20_000
    problem(send(bomb, key, Content_Encoding="gzip"), 413, "too_large")


def test_too_many_events_are_refused(key):
    problem(send(b"\n".join([b"{}"] * (MAX_EVENTS + 1)), key, LINES), 413, "too_many_events")
    assert not UsageEvent.objects.exists()


def test_an_idempotency_key_names_one_body(key):
    """Its 202 is final, unlike one that waits for Stripe: sent again, the key gives the first answer."""
    events = [fresh(1)]
    accepted(send(events, key, Idempotency_Key="once"))
    again = send(events, key, Idempotency_Key="once")
    assert again.json() == {**NOTHING, "accepted": 1}
    assert again.headers["Idempotent-Replayed"] == "true"
    problem(send([fresh(2)], key, Idempotency_Key="once"), 422, "idempotency_key_reused")


def test_a_member_reports_with_a_role_that_writes(meter):
    viewer, owner = MembershipFactory(role="viewer"), MembershipFactory(role="owner")
    for member, status in ((viewer, 403), (owner, 202)):
        client = Client()
        client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        response = client.post("/api/v1/usage/events", json.dumps(fresh(1)), content_type=ONE)
        assert response.status_code == status


def test_what_becomes_of_events_is_counted(key):
    def values():
        names = ("accepted", "duplicate", "rejected")
        return [metrics.events.labels(name)._value.get() for name in names]

    before = values()
    events = [fresh(1), fresh(2), fresh(3, value=None)]
    send(events, key)
    send(events, key)
    assert [after - since for after, since in zip(values(), before, strict=True)] == [2, 2, 2]


def test_ten_thousand_are_one_call_of_two_statements(key, django_assert_max_num_queries):
    """Whatever the number of events, the number of statements stays; a repeated call adds one."""
    now = timezone.now()
    events = [fresh(n, time=(now - timedelta(minutes=n % 300)).isoformat()) for n in range(MAX_EVENTS)]
    body = "\n".join(map(json.dumps, events))
    with django_assert_max_num_queries(10):
        accepted(send(body, key, LINES), MAX_EVENTS)
    assert rolled_up() == recounted()
    with django_assert_max_num_queries(11):
        assert send(body, key, LINES).json()["duplicates"] == MAX_EVENTS
