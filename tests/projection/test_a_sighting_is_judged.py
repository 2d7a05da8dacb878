"""Every event's snapshot is applied, superseded, doubtful or too early, by what it says and never by when it came."""

from typing import Any

import pytest

from billing.models import Invoice, Organization, StripeObject, Subscription
from billing.projection.apply import apply
from billing.projection.sighting import Sighting, Verdict
from tests.projection.seen import answered, at, columns, sighting, stored, told
from tests.projection.snapshots import DAY, START, Snapshot, customer, invoice, subscription

pytestmark = pytest.mark.django_db

OLD, NEW = customer(name="Old"), customer(name="New")


def verdicts(*sightings: Sighting) -> list[str]:
    found = apply(sightings).verdicts
    return [found[one.key].name for one in sightings]


def name() -> str:
    return Organization.objects.get().name


def test_the_first_sighting_makes_the_snapshot(settings: Any) -> None:
    one = sighting(OLD, START + 5, event_type="customer.created", livemode=True)
    assert verdicts(one) == ["APPLIED"]
    row = columns(stored("cus_1"), "updated_at", "mirror_due_at")
    assert row == {
        "stripe_id": "cus_1",
        "object_type": "customer",
        "livemode": True,
        "api_version": settings.STRIPE_API_VERSION,
        "snapshot": OLD,
        "event_time": at(START + 5),
        "event_type": "customer.created",
        "previous": {},
        "version": 1,
        "deleted": False,
        "mirror_attempts": 0,
        "mirror_error": "",
        "fetched_at": None,
        "listed_at": None,
    }
    assert stored("cus_1").mirror_due_at is not None


@pytest.mark.parametrize(
    ("times", "expected", "last"),
    [
        ((START, START + 1), ["APPLIED", "APPLIED"], "New"),
        ((START + 1, START), ["APPLIED", "SUPERSEDED"], "Old"),
        ((START, START + 400 * DAY), ["APPLIED", "APPLIED"], "New"),
    ],
)
def test_the_younger_one_counts(times: tuple[int, int], expected: list[str], last: str) -> None:
    first, second = sighting(OLD, times[0]), sighting(NEW, times[1])
    assert [*verdicts(first), *verdicts(second)] == expected
    assert name() == last


@pytest.mark.parametrize("reverse", [False, True])
def test_within_one_batch_too(reverse: bool) -> None:
    batch = [sighting(OLD, START), sighting(NEW, START + 1)]
    assert set(verdicts(*(batch[::-1] if reverse else batch))) == {"APPLIED"}
    assert name() == "New"
    assert StripeObject.objects.count() == 1


def test_the_same_content_later_moves_the_time() -> None:
    """Else an event from in between could be applied after it."""
    told(NEW, time=START)
    told(NEW, time=START + 10)
    assert stored("cus_1").event_time == at(START + 10)
    assert verdicts(sighting(OLD, START + 5)) == ["SUPERSEDED"]
    assert name() == "New"


def test_the_same_content_earlier_moves_nothing() -> None:
    told(NEW, time=START + 10)
    before = columns(stored("cus_1"))
    assert verdicts(sighting(NEW, START)) == ["APPLIED"]
    assert columns(stored("cus_1")) == before


def test_the_same_content_leaves_the_mirror_alone() -> None:
    """dj-stripe has it already."""
    told(NEW)
    StripeObject.objects.update(mirror_due_at=None)
    told(NEW, time=START + 10)
    assert stored("cus_1").mirror_due_at is None


def test_new_content_is_due_for_the_mirror_again() -> None:
    told(OLD)
    StripeObject.objects.update(mirror_due_at=None, mirror_attempts=3)
    told(NEW, time=START + 1)
    row = stored("cus_1")
    assert (row.mirror_due_at is not None, row.mirror_attempts, row.version) == (True, 0, 2)


def test_a_redelivered_event_changes_nothing() -> None:
    one = sighting(NEW, START)
    apply([one])
    before = columns(stored("cus_1"))
    assert verdicts(one) == ["APPLIED"]
    assert columns(stored("cus_1")) == before


def test_a_tie_that_nothing_settles_is_doubtful_and_changes_nothing() -> None:
    told(OLD)
    before = columns(stored("cus_1"))
    tie = sighting(NEW, START)
    outcome = apply([tie])
    assert outcome.verdicts == {tie.key: Verdict.DOUBTFUL}
    assert outcome.doubtful == {"cus_1": "customer"}
    assert outcome.versions == {"cus_1": 1}
    assert columns(stored("cus_1")) == before
    assert name() == "Old"


def test_one_tie_makes_all_of_the_objects_events_doubtful() -> None:
    """One request answers for all of them; none may be half applied until then."""
    batch = [sighting(OLD, START), sighting(NEW, START), sighting(customer(name="Newest"), START + 5)]
    outcome = apply(batch)
    assert set(outcome.verdicts.values()) == {Verdict.DOUBTFUL}
    assert outcome.versions == {"cus_1": 0}
    assert not StripeObject.objects.exists()


def test_a_doubt_about_one_object_is_no_doubt_about_another() -> None:
    batch = [sighting(OLD), sighting(NEW), sighting(customer("cus_2", name="Other"))]
    outcome = apply(batch)
    assert outcome.verdicts[batch[2].key] is Verdict.APPLIED
    assert outcome.doubtful == {"cus_1": "customer"}
    assert Organization.objects.get().stripe_customer_id == "cus_2"


TIES: list[tuple[str, Snapshot, dict[str, Any], Snapshot, dict[str, Any]]] = [
    ("created comes first", OLD, {"event_type": "customer.created"}, NEW, {}),
    ("deleted comes last", NEW, {}, OLD, {"event_type": "customer.deleted"}),
    ("an open invoice was a draft", invoice(status="draft"), {}, invoice(status="open"), {}),
    ("a paid invoice was open", invoice(status="open"), {}, invoice(status="paid"), {}),
    ("tries are counted", invoice(attempt_count=1), {}, invoice(attempt_count=2), {}),
    ("an ended subscription stays so", subscription(), {}, subscription(status="canceled"), {}),
    ("what it was before", OLD, {}, NEW, {"previous": {"name": "Old"}}),
]


@pytest.mark.parametrize("reverse", [False, True], ids=["in order", "reversed"])
@pytest.mark.parametrize(("earlier", "of", "later", "with_"), [tie[1:] for tie in TIES], ids=[tie[0] for tie in TIES])
def test_ties_that_the_events_settle(
    earlier: Snapshot, of: dict[str, Any], later: Snapshot, with_: dict[str, Any], reverse: bool
) -> None:
    pair = [sighting(earlier, START, **of), sighting(later, START, **with_)]
    if reverse:
        pair.reverse()
    judged = [apply([one]).verdicts[one.key].name for one in pair]
    assert judged == ["APPLIED", "SUPERSEDED" if reverse else "APPLIED"]
    assert stored(earlier["id"]).snapshot == later


def test_a_row_read_from_the_api_cannot_be_placed_against_a_differing_event() -> None:
    answered(OLD)
    outcome = apply([sighting(NEW, START + 100 * DAY)])
    assert outcome.doubtful == {"cus_1": "customer"}
    assert name() == "Old"


def test_the_event_that_shows_what_the_api_answered_dates_the_row() -> None:
    answered(NEW)
    assert stored("cus_1").event_time is None
    assert verdicts(sighting(NEW, START + 5, event_type="customer.created")) == ["APPLIED"]
    row = stored("cus_1")
    assert (row.event_time, row.event_type) == (at(START + 5), "customer.created")


def test_what_dates_the_row_is_looked_at_first() -> None:
    """Then the older event of the same batch can be placed, and nobody has to be asked."""
    answered(NEW)
    older, same = sighting(OLD, START), sighting(NEW, START + 5)
    assert verdicts(older, same) == ["SUPERSEDED", "APPLIED"]
    assert name() == "New"


@pytest.mark.parametrize("trusted", [True, False])
def test_of_another_api_version_only_the_existence_counts(trusted: bool) -> None:
    """Its fields may be elsewhere; Stripe is asked for the object in ours."""
    one = sighting(NEW, trusted=trusted)
    outcome = apply([one])
    assert outcome.verdicts[one.key] is (Verdict.APPLIED if trusted else Verdict.DOUBTFUL)
    assert StripeObject.objects.exists() is trusted


def test_an_untrusted_event_is_no_reason_to_forget_what_is_known() -> None:
    told(OLD)
    outcome = apply([sighting(NEW, START + DAY, trusted=False)])
    assert (outcome.doubtful, outcome.versions) == ({"cus_1": "customer"}, {"cus_1": 1})
    assert name() == "Old"


def unfetchable(**given: Any) -> Snapshot:
    return {"id": "di_1", "object": "discount", "customer": "cus_1", "livemode": False, **given}


@pytest.mark.parametrize("reverse", [False, True])
def test_where_nobody_can_be_asked_the_content_decides_a_tie(reverse: bool) -> None:
    """Any rule does that does not depend on who came first."""
    pair = [sighting(unfetchable(end=1)), sighting(unfetchable(end=2))]
    for one in pair[::-1] if reverse else pair:
        assert not apply([one]).doubtful
    assert stored("di_1").snapshot["end"] == 2


def test_what_cannot_be_fetched_is_taken_from_any_api_version() -> None:
    assert verdicts(sighting(unfetchable(), trusted=False)) == ["APPLIED"]
    assert stored("di_1").object_type == "discount"


def test_a_canceled_subscription_is_no_deleted_object() -> None:
    """Stripe calls the event "deleted"; the subscription stays to be read for ever."""
    apply([sighting(subscription(status="canceled"), event_type="customer.subscription.deleted")])
    assert (stored("sub_1").deleted, Subscription.objects.get().status) == (False, "canceled")


def test_a_deleted_object_is_marked_and_stays_deleted_against_older_events() -> None:
    draft = invoice(status="draft")
    told(draft)
    apply([sighting(draft, START + 5, event_type="invoice.deleted")])
    late = sighting(invoice(status="draft", description="Changed"), START + 1)
    assert verdicts(late) == ["SUPERSEDED"]
    assert not Invoice.objects.exists()


def test_nothing_seen_is_nothing_done() -> None:
    outcome = apply([])
    assert (outcome.verdicts, outcome.owners, outcome.doubtful) == ({}, {}, {})
