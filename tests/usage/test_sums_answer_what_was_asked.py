"""The reading side of the rollup: each question has its own answer, in its own place, of its own organization."""

from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from tests.factories import OrganizationFactory
from tests.usage.plans import subscribe
from tests.usage.sending import NOW, count, event, recounted, rolled_up, tally
from usage.aggregate import used_by_meter, used_by_window
from usage.domain.event import Rejected
from usage.domain.windows import HOUR, Window
from usage.ingest.metrics import events as counted
from usage.ingest.outcome import Outcome
from usage.ingest.senders import Sender, Subjects
from usage.ingest.single import count_one
from usage.models import UsageEvent
from usage.quotas import is_over, period_usage
from usage.store.postgres import Row, add
from usage.store.sums import sums

pytestmark = pytest.mark.django_db
START = datetime.fromisoformat("2026-03-15T10:00:00+00:00")


def window(start: float, end: float) -> Window:
    """Hours from START."""
    return Window(START + start * HOUR, START + end * HOUR)


@pytest.fixture
def morning(organization):
    """1 at 10:00, 10 at 10:30, 100 at 11:00, 1000 at 12:15."""
    minutes = {1: 0, 10: 30, 100: 60, 1000: 135}
    count(
        organization,
        *(event(n, value=n, time=(START + timedelta(minutes=later)).isoformat()) for n, later in minutes.items()),
    )
    return organization


ASKED = [
    ((0, 1), 11),
    ((0, 0.5), 1),
    ((0.5, 1), 10),
    ((0.5, 1.5), 110),
    ((0, 3), 1111),
    ((-5, 0), 0),
    ((3, 50), 0),
    ((0.25, 0.5), 0),
    ((0, 0), 0),
    ((1, 2.25), 100),
    ((1, 2.2501), 1100),
    ((-1000, 1000), 1111),
    ((0.5, 0.5), 0),
]


@pytest.mark.parametrize(("hours", "total"), ASKED)
def test_one_window(morning, meter, hours, total):
    assert sums(morning.pk, [(meter.pk, window(*hours))]) == [total]


@pytest.mark.parametrize("step", [1, -1, 5])
def test_many_are_answered_in_their_order_whatever_it_is(morning, meter, step):
    asked = [ASKED[number * step % len(ASKED)] for number in range(len(ASKED))]
    assert used_by_window(morning.pk, meter, [window(*hours) for hours, _ in asked]) == [total for _, total in asked]


def test_the_same_question_twice_has_two_answers(morning, meter):
    assert sums(morning.pk, [(meter.pk, window(0, 3))] * 12) == [1111] * 12


def test_no_question_has_no_answer(morning, meter):
    assert sums(morning.pk, []) == used_by_meter(morning.pk, [], window(0, 3)) == []


def test_a_window_that_ends_before_it_begins_holds_nothing(morning, meter):
    assert sums(morning.pk, [(meter.pk, window(3, 0))]) == [0]


def test_others_and_other_meters_are_not_added(morning, meter):
    assert sums(OrganizationFactory().pk, [(meter.pk, window(0, 3))]) == [0]
    assert sums(morning.pk, [(meter.pk + 999, window(0, 3)), (meter.pk, window(0, 3))]) == [0, 1111]


def test_quantities_of_nothing_are_events_all_the_same(organization, meter):
    count(organization, event(1, value=0))
    assert rolled_up() == recounted()
    assert sums(organization.pk, [(meter.pk, window(0, 5))]) == [0]


def row(organization, meter, number: int, payload: str = "00", **changes) -> Row:
    fields = {
        "position": number,
        "organization_id": organization.pk,
        "source": "tests",
        "event_id": str(number),
        "meter_id": meter.pk,
        "time": NOW,
        "received_at": NOW,
        "value": Decimal(1),
        "data": msgspec.Raw(b"{}"),
        "payload_hash": payload * 16,
    }
    return Row(**{**fields, **changes})


def test_storing_tells_which_were_there_with_what(organization, meter):
    assert add([]) == {}
    assert add([row(organization, meter, 4, "aa"), row(organization, meter, 9, "bb")]) == {}
    again = [row(organization, meter, 9, "cc", position=0), row(organization, meter, 5, position=7)]
    assert add(again) == {0: "bb" * 16}
    assert UsageEvent.objects.count() == 3
    assert rolled_up() == recounted()


def test_an_identity_is_organization_source_and_id(organization, meter):
    rows = [
        row(organization, meter, 1),
        row(organization, meter, 1, source="other"),
        row(OrganizationFactory(), meter, 1),
        row(organization, meter, 2),
    ]
    assert len({one.identity for one in rows}) == 4
    assert add(rows) == {}
    assert UsageEvent.objects.count() == 4


@pytest.mark.parametrize("name", ["public_id", "stripe_customer_id"])
def test_a_subject_is_an_organizations_id_here_or_at_stripe(organization, name):
    subject = getattr(organization, name)
    for sender in (Sender(), Sender(organization)):
        assert Subjects(sender, [subject]).organization_id(subject) == organization.pk


@pytest.mark.parametrize("subject", [None, "", "org_unknown", "Organization 1", "%"])
def test_the_installation_must_name_one_that_is(organization, subject):
    with pytest.raises(Rejected) as refused:
        Subjects(Sender(), [subject]).organization_id(subject)
    assert refused.value.code == "unknown_subject"
    assert refused.value.detail == "The subject must be an organization's id or Stripe customer id."


def test_an_organization_speaks_for_itself_alone(organization, django_assert_num_queries):
    other = OrganizationFactory()
    with django_assert_num_queries(0):
        subjects = Subjects(Sender(organization), [other.public_id])
        assert subjects.organization_id(None) == organization.pk
        with pytest.raises(Rejected):
            subjects.organization_id(other.public_id)


def test_one_that_stripe_deleted_is_no_subject(organization):
    organization.deleted_at = NOW
    organization.save(update_fields=["deleted_at"])
    with pytest.raises(Rejected):
        Subjects(Sender(), [organization.public_id]).organization_id(organization.public_id)


def test_all_subjects_of_a_batch_are_one_query(django_assert_num_queries):
    some = [OrganizationFactory() for _ in range(5)]
    names = [one.public_id for one in some] + [one.stripe_customer_id for one in some] + ["nobody", None] * 3
    with django_assert_num_queries(1):
        subjects = Subjects(Sender(), names)
    assert {subjects.organization_id(name) for name in names[:10]} == {one.pk for one in some}


def single(organization, meter, event_id="1", **data):
    return tally(count_one(organization=organization, meter=meter, source="app", event_id=event_id, data=data, now=NOW))


def test_a_use_here_and_now_counts_one(organization, meter):
    assert single(organization, meter, agent="a") == (1, 0, [])
    stored = UsageEvent.objects.get()
    assert (stored.value, stored.time, stored.source) == (1, NOW, "app")
    assert stored.data == {"agent": "a", "value": 1}


def test_it_cannot_be_made_to_count_more(organization, meter):
    single(organization, meter, value=500)
    assert UsageEvent.objects.get().value == 1


def test_its_id_counts_once_and_for_one_use(organization, meter):
    assert single(organization, meter, agent="a") == (1, 0, [])
    assert single(organization, meter, agent="a") == (0, 1, [])
    assert single(organization, meter, agent="b") == (0, 0, [(0, "event_conflict")])
    assert single(organization, meter, "2", agent="b") == (1, 0, [])


def test_an_outcome_is_in_the_order_of_the_call_and_counted():
    before = {name: counted.labels(name)._value.get() for name in ("accepted", "duplicate", "rejected")}
    outcome = Outcome(accepted=3, duplicates=2)
    for index in (7, 0, 3):
        outcome.reject(index, Rejected("some_code", f"Number {index}."))
    assert outcome.finish() is outcome
    assert [(one.index, one.code, one.detail) for one in outcome.rejected] == [
        (0, "some_code", "Number 0."),
        (3, "some_code", "Number 3."),
        (7, "some_code", "Number 7."),
    ]
    grown = {name: counted.labels(name)._value.get() - value for name, value in before.items()}
    assert grown == {"accepted": 3, "duplicate": 2, "rejected": 3}


@pytest.mark.parametrize(
    ("limits", "used", "over"),
    [
        ({"api_calls": 10}, 10, False),
        ({"api_calls": 10}, 11, True),
        ({"api_calls": 0}, 0, False),
        ({"api_calls": 0}, 1, True),
        ({"api_calls": None}, 10**6, False),
        ({"tokens": 1}, 10**6, False),
        ({"api_calls": "0.5"}, "0.500000000001", True),
    ],
)
def test_whether_the_limit_is_passed(organization, meter, limits, used, over):
    subscribe(organization, **limits)
    count(organization, event(1, value=used))
    assert is_over(organization.pk, "api_calls", NOW) is over
    assert is_over(organization.pk, "no_such_meter", NOW) is False
    usage = period_usage(organization.pk, NOW)
    assert [(quota.meter, quota.exceeded) for quota in usage.quotas] == [("api_calls", over)]
    assert usage.limited == frozenset(limits)


def test_the_limit_is_that_of_the_period(organization, meter):
    subscribe(organization, NOW, NOW + 5 * HOUR, api_calls=1)
    before, inside, after = (NOW + offset for offset in (-HOUR, timedelta(0), 5 * HOUR))
    for number, time in enumerate((before, inside, after)):
        count(organization, event(number, time=time.isoformat()), now=NOW + 6 * HOUR)
    assert is_over(organization.pk, "api_calls", NOW) is False
    count(organization, event("more", time=(NOW + HOUR).isoformat()), now=NOW + 6 * HOUR)
    assert is_over(organization.pk, "api_calls", NOW) is True
