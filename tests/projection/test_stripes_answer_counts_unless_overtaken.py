"""What the API answers is newer than every event of before we asked, but it loses to whoever wrote meanwhile.
Row F12."""

from typing import Any

import pytest

from billing.models import Invoice, Organization, Price, StripeObject
from billing.projection.apply import apply
from billing.projection.sighting import Applied, Fetched, Verdict
from tests.projection.seen import answered, at, columns, sighting, stored, told
from tests.projection.snapshots import DAY, START, Snapshot, customer, deleted_stub, invoice, price

pytestmark = pytest.mark.django_db

OLD, NEW, LAST = customer(name="Old"), customer(name="New"), customer(name="Last")


def gone(stripe_id: str, kind: str, noted: int) -> Applied:
    """Stripe answered 404."""
    return apply([], [Fetched(stripe_id, kind, None, noted)])


def answer(snapshot: Snapshot, noted: int) -> Fetched:
    return Fetched(snapshot["id"], snapshot["object"], snapshot, noted)


def test_it_settles_a_tie_and_tells_every_event_what_it_was() -> None:
    told(OLD)
    older, same = sighting(NEW), sighting(LAST)
    outcome = apply([older, same], [answer(LAST, 1)])
    assert outcome.verdicts == {older.key: Verdict.SUPERSEDED, same.key: Verdict.APPLIED}
    assert Organization.objects.get().name == "Last"


def test_the_event_that_shows_the_same_dates_the_answer() -> None:
    apply([sighting(OLD), sighting(LAST, START, event_type="customer.updated")], [answer(LAST, 0)])
    row = stored("cus_1")
    assert (row.event_time, row.event_type, row.previous, row.version) == (at(START), "", {}, 1)


def test_another_state_of_a_second_that_stripe_had_to_settle_is_doubtful_again() -> None:
    apply([sighting(OLD), sighting(LAST, START)], [answer(LAST, 0)])
    late = sighting(NEW, START, previous={"name": LAST["name"]})
    assert apply([late]).verdicts == {late.key: Verdict.DOUBTFUL}


def test_an_answer_that_no_event_showed_has_no_time() -> None:
    apply([sighting(OLD), sighting(NEW)], [answer(LAST, 0)])
    row = stored("cus_1")
    assert (row.event_time, row.event_type, row.previous, row.snapshot) == (None, "", {}, LAST)


def test_an_untrusted_event_is_done_when_the_answer_is_in() -> None:
    one = sighting(OLD, trusted=False)
    assert apply([one], [answer(LAST, 0)]).verdicts == {one.key: Verdict.APPLIED}


def test_an_answer_that_was_overtaken_is_asked_for_again() -> None:
    """Between question and answer somebody wrote: nobody knows which of the two is newer."""
    told(OLD)
    told(NEW, time=START + 1)
    before = columns(stored("cus_1"))
    one = sighting(LAST, START + 1)
    outcome = apply([one], [answer(OLD, 1)])
    assert outcome.verdicts == {one.key: Verdict.DOUBTFUL}
    assert (outcome.doubtful, outcome.versions) == ({"cus_1": "customer"}, {"cus_1": 2})
    assert columns(stored("cus_1")) == before


@pytest.mark.parametrize(("noted", "version"), [(0, 1), (2, 1)])
def test_so_is_one_that_nobody_waits_for_with_an_event(noted: int, version: int) -> None:
    told(NEW)
    outcome = answered(LAST, noted)
    assert (outcome.doubtful, outcome.versions) == ({"cus_1": "customer"}, {"cus_1": version})
    assert Organization.objects.get().name == "New"


def test_an_answer_for_an_object_that_was_not_there_and_is_not_is_nothing() -> None:
    outcome = gone("cus_1", "customer", 0)
    assert (outcome.doubtful, outcome.owners) == ({}, {})
    assert not StripeObject.objects.exists()


def test_an_answer_makes_the_rows_of_what_was_never_seen() -> None:
    outcome = answered(NEW)
    organization = Organization.objects.get()
    assert outcome.owners == {"cus_1": organization.pk}
    assert organization.name == "New"


def test_an_answer_that_says_what_is_known_keeps_the_time_of_the_event() -> None:
    told(NEW, time=START + 7)
    answered(NEW, noted_version=1)
    row = stored("cus_1")
    assert (row.event_time, row.version) == (at(START + 7), 1)


def test_what_stripe_has_no_more_keeps_its_last_snapshot_and_is_not_mirrored() -> None:
    told(NEW)
    gone("cus_1", "customer", 1)
    row = stored("cus_1")
    assert (row.deleted, row.snapshot, row.version, row.mirror_due_at) == (True, NEW, 2, None)
    organization = Organization.objects.get()
    assert organization.deleted_at is not None
    assert organization.name == "New"


def test_a_price_that_stripe_has_no_more_is_on_sale_no_more() -> None:
    told(price())
    gone("price_1", "price", 1)
    assert not Price.objects.get().active


def test_a_draft_that_stripe_has_no_more_leaves() -> None:
    told(invoice(status="draft"))
    gone("in_1", "invoice", 1)
    assert not Invoice.objects.exists()


def test_an_event_of_an_object_that_is_gone_already_leaves_its_last_snapshot() -> None:
    """Nobody knows it any more but the event; its fact is recorded, its row is that of a deleted object."""
    older, younger = sighting(OLD, START, trusted=False), sighting(NEW, START + 5, trusted=False)
    outcome = apply([younger, older], [Fetched("cus_1", "customer", None, 0)])
    assert set(outcome.verdicts.values()) == {Verdict.APPLIED}
    row = stored("cus_1")
    assert (row.snapshot, row.deleted, row.event_time, row.mirror_due_at) == (NEW, True, at(START + 5), None)


def test_what_is_back_is_not_deleted() -> None:
    told(NEW)
    gone("cus_1", "customer", 1)
    answered(NEW, noted_version=2)
    assert not stored("cus_1").deleted
    assert Organization.objects.get().deleted_at is None


def test_the_stub_of_a_deleted_customer_deletes_the_organization() -> None:
    """Stripe answers 200 with three fields, not 404."""
    told(NEW)
    answered(deleted_stub(), noted_version=1)
    organization = Organization.objects.get()
    assert organization.deleted_at is not None
    assert organization.name == "New"
    assert stored("cus_1").deleted


def test_asking_again_about_a_deleted_customer_moves_nothing() -> None:
    told(NEW)
    answered(deleted_stub(), noted_version=1)
    before, when = columns(stored("cus_1"), "updated_at"), Organization.objects.get().deleted_at
    answered(deleted_stub(), noted_version=2)
    assert columns(stored("cus_1"), "updated_at") == before
    assert Organization.objects.get().deleted_at == when


@pytest.mark.parametrize("stub_first", [True, False], ids=["answer known before", "answer to the event"])
def test_the_event_of_the_deletion_dates_it_exactly(stub_first: bool) -> None:
    answered(NEW)
    if stub_first:
        answered(deleted_stub(), noted_version=1)
    deletion = sighting(NEW, START + DAY, event_type="customer.deleted")
    outcome = apply([deletion])
    if outcome.doubtful:
        apply([deletion], [answer(deleted_stub(), outcome.versions["cus_1"])])
    assert Organization.objects.get().deleted_at == at(START + DAY)


def test_after_the_deletion_no_older_event_brings_the_customer_back() -> None:
    answered(OLD)
    deletion = sighting(NEW, START + DAY, event_type="customer.deleted")
    apply([deletion], [answer(deleted_stub(), 1)])
    late = sighting(LAST, START)
    assert apply([late]).verdicts == {late.key: Verdict.SUPERSEDED}
    assert Organization.objects.get().deleted_at == at(START + DAY)


def test_each_answer_counts_for_its_own_object() -> None:
    told(OLD, customer("cus_2", name="Two"))
    outcome = apply([], [answer(NEW, 1), answer(customer("cus_2", name="Overtaken"), 9)])
    assert outcome.doubtful == {"cus_2": "customer"}
    names: Any = Organization.objects.order_by("stripe_customer_id").values_list("name", flat=True)
    assert list(names) == ["New", "Two"]
