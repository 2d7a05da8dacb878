"""Deliveries come in any order, twice, together or one by one: the row that remains is always the same."""

from itertools import pairwise
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from billing.models import StripeObject
from billing.projection.settle import canonical, settle
from billing.projection.sighting import Applied, Fetched, Sighting, Verdict
from tests.projection.seen import sighting
from tests.projection.snapshots import START, Snapshot, customer, invoice, subscription

Row = StripeObject | None


def told_row(batches: list[list[Sighting]], latest: Snapshot) -> Row:
    """The row after these batches; whatever is doubtful is answered with the latest state, as Stripe would."""
    row: Row = None
    for batch in batches:
        outcome = Applied()
        changed = settle(latest["id"], row, batch, None, outcome)
        if outcome.doubtful:
            answer = Fetched(latest["id"], latest["object"], latest, row.version if row else 0)
            outcome = Applied()
            changed = settle(latest["id"], row, batch, answer, outcome)
        assert not outcome.doubtful
        assert outcome.verdicts.keys() == {one.key for one in batch}
        row = changed or row
    return row


def essence(row: Row) -> Any:
    """What must not depend on the order; versions and our own clock may."""
    assert row is not None
    return canonical(row.snapshot), row.deleted, row.object_type, row.livemode


@st.composite
def lives(draw: st.DrawFn) -> list[Sighting]:
    """A customer's life: each event names what it changed; often several in one second."""
    time, shown = START, customer(name="0")
    told = [sighting(shown, time, key="evt_00", event_type="customer.created")]
    for number in range(1, draw(st.integers(1, 5))):
        time += draw(st.sampled_from([0, 0, 1, 60]))
        before, shown = shown, {**shown, **draw(changes(number))}
        previous = {key: before[key] for key in shown if before[key] != shown[key]}
        told.append(sighting(shown, time, key=f"evt_{number:02d}", previous=previous))
    return told


def changes(number: int) -> st.SearchStrategy[Snapshot]:
    """Names are never taken twice; balances come and go between two values, so that a state may come back. (A round
    of three states within one second cannot be told from its parts; the next event or reconciliation rights it.)"""
    named = st.just({"name": str(number)})
    return st.one_of(named, st.integers(0, 1).map(lambda amount: {"balance": amount}))


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[list[Sighting]], Snapshot]:
    """Everything that was told, shuffled, some of it twice, cut into batches; and the last state."""
    told = draw(lives())
    again = draw(st.lists(st.sampled_from(told), max_size=3))
    shuffled = draw(st.permutations([*told, *again]))
    cuts = sorted(draw(st.sets(st.integers(1, len(shuffled)), max_size=4)))
    places = [0, *cuts, len(shuffled)]
    return [shuffled[a:b] for a, b in pairwise(places) if a < b], told[-1].snapshot


def there_and_back(*balances: int) -> list[Sighting]:
    """A customer whose balance takes these values within one second."""
    shown = [customer(name="0", balance=amount) for amount in balances]
    told = [sighting(shown[0], START, key="evt_00", event_type="customer.created")]
    for number, (before, after) in enumerate(pairwise(shown), 1):
        previous = {key: before[key] for key in after if before[key] != after[key]}
        told.append(sighting(after, START, key=f"evt_{number:02d}", previous=previous))
    return told


AGAIN = there_and_back(0, 0, 1, 0)
TWICE = there_and_back(0, 1, 0, -1, 0)


@example(([[*AGAIN, AGAIN[0]], [AGAIN[0], AGAIN[2]]], AGAIN[-1].snapshot))
@example(([[TWICE[0]], [TWICE[4]], [TWICE[1]], [TWICE[3]], [TWICE[2]]], TWICE[-1].snapshot))
@example(([[TWICE[2]], [TWICE[4]], [TWICE[1]], [TWICE[3]]], TWICE[-1].snapshot))
@settings(max_examples=1000)
@given(deliveries())
def test_the_last_state_remains(delivered: tuple[list[list[Sighting]], Snapshot]) -> None:
    batches, latest = delivered
    row = told_row(batches, latest)
    assert essence(row) == (canonical(latest), False, "customer", False)


@given(deliveries(), st.integers(1, 100))
def test_after_a_deletion_nothing_remains_to_be_said(
    delivered: tuple[list[list[Sighting]], Snapshot], later: int
) -> None:
    batches, latest = delivered
    last = max(one.time for batch in batches for one in batch)
    gone = sighting(latest, last + later, key="evt_99", event_type="customer.deleted")
    for place in range(len(batches) + 1):
        row = told_row([*batches[:place], [gone], *batches[place:]], latest)
        assert row is not None
        assert row.deleted


ROADS = {
    "draft, issued, tried, paid": [
        invoice(status="draft"),
        invoice(status="open"),
        invoice(status="open", attempt_count=1),
        invoice(status="paid", attempt_count=2),
    ],
    "begun and ended": [subscription(status="incomplete"), subscription(), subscription(status="canceled")],
}


@given(st.sampled_from(sorted(ROADS)), st.data())
def test_a_one_way_road_of_one_second_needs_nobody_to_be_asked(name: str, data: st.DataObject) -> None:
    road = ROADS[name]
    told = [sighting(shown, START, key=f"evt_{number}") for number, shown in enumerate(road)]
    row: Row = None
    for one in data.draw(st.permutations(told)):
        outcome = Applied()
        row = settle(road[0]["id"], row, [one], None, outcome) or row
        assert not outcome.doubtful
    assert row is not None
    assert row.snapshot == road[-1]


@given(st.permutations([customer(name=name) for name in "ABC"]))
def test_three_that_tie_are_all_doubtful_however_they_stand(shown: list[Snapshot]) -> None:
    told = [sighting(one, START) for one in shown]
    outcome = Applied()
    assert settle("cus_1", None, told, None, outcome) is None
    assert outcome.verdicts == {one.key: Verdict.DOUBTFUL for one in told}


@given(st.dictionaries(st.text(), st.one_of(st.integers(), st.text(), st.none(), st.lists(st.booleans()))))
def test_equal_snapshots_have_one_canonical_form(snapshot: dict[str, Any]) -> None:
    assert canonical(dict(reversed(snapshot.items()))) == canonical(snapshot)
