"""What Stripe is asked for in one step of a run, without a transaction; only what may differ is read whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from billing.gateway.errors import StripeFault
from billing.gateway.fields import required_moment
from billing.gateway.unread import Head, Unread, UnreadPage, unread_page
from billing.models import StripeObject
from billing.models.sets import Texts
from billing.projection.sighting import Fetched
from billing.reconcile.compare import worth
from billing.reconcile.equal import Known, digest_of, known
from billing.reconcile.heal import fetch_noted
from billing.reconcile.passes import Pass
from billing.reconcile.place import Place, Span

FROM_A_LIST = -1  # in place of a noted version
PAGES_AT_ONCE = 10
BYTES_AT_ONCE = 4 * 1024 * 1024
"""Once there are so many no further page is read: objects that are built take many times the memory."""
IDS_AT_ONCE = 50
AGAIN = ("again",)


@dataclass(slots=True)
class Step:
    """`answers` are to be compared; what is `known` to be equal is not among them. `heads` are of all that was
    listed, `billed` the (minor units, currency) of all invoices. `next_place` is the place after it."""

    answers: list[Fetched]
    next_place: Place
    asked_at: datetime
    calls: int
    known: Known = field(default_factory=Known)
    heads: list[Head] = field(default_factory=list)
    billed: list[tuple[int, str]] = field(default_factory=list)


def again(place: Place) -> Pass:
    """Those that were written while they were compared, one request each."""
    return Pass(place.noun, by_id=AGAIN)


def read(one: Pass, place: Place) -> Step:
    """Raises the faults of `billing.gateway.errors`."""
    if place.again:
        answers = [fetch_noted(place.noun, stripe_id) for stripe_id in place.again]
        return Step(answers, place.settling({}), timezone.now(), len(answers))
    return _by_id(one, place) if one.by_id else _listed(one, place)


def _listed(one: Pass, place: Place) -> Step:
    asked_at = timezone.now()
    pages = _pages(one, place)
    rows, last = [row for page in pages for row in page.rows], pages[-1]
    ids = {row.head.id: row.head.created for row in rows}
    span = Span(min(ids.values()) if last.has_more else None, place.second)
    lost = _not_listed(one, span, {*ids, *place.tail}, asked_at)
    suspects = [fetch_noted(one.noun, stripe_id) for stripe_id in lost]
    equal, answers = _differing(one.noun, rows)
    return Step(
        [*answers, *suspects],
        span.place_after(place, last.last_id, ids) if last.has_more else place.next_pass(),
        asked_at,
        len(pages) + len(suspects),
        equal,
        [row.head for row in rows],
        _billed(one.noun, rows, suspects),
    )


def _pages(one: Pass, place: Place) -> list[UnreadPage]:
    """One or more. A fault after the first leaves the rest to the next step, which meets it again."""
    pages = [_page(one, place.after)]
    size = pages[0].size
    while pages[-1].has_more and len(pages) < PAGES_AT_ONCE and size < BYTES_AT_ONCE:
        try:
            pages.append(_page(one, pages[-1].last_id))
        except StripeFault:
            break
        size += pages[-1].size
    return pages


def _page(one: Pass, after: str) -> UnreadPage:
    return unread_page(
        one.noun,
        created_from=None if one.since is None else required_moment(one.since),
        created_to=None if one.before is None else required_moment(one.before),
        starting_after=after,
        extra=one.extra,
    )


def _differing(noun: str, rows: Sequence[Unread]) -> tuple[Known, list[Fetched]]:
    """What is known to be equal, and the others, read. Where bytes do not say all of an object it is read first."""
    snapshots = {row.head.id: row.read() for row in rows if not row.is_whole}
    digests = {
        row.head.id: digest_of(snapshots[row.head.id]) if row.head.id in snapshots else row.digest for row in rows
    }
    equal = known(noun, digests)
    others = [row for row in rows if row.head.id not in equal.equal]
    return equal, [Fetched(row.head.id, noun, snapshots.get(row.head.id) or row.read(), FROM_A_LIST) for row in others]


def _billed(noun: str, rows: Sequence[Unread], suspects: Sequence[Fetched]) -> list[tuple[int, str]]:
    if noun != "invoice":
        return []
    listed = [worth({"object": noun, "total": row.head.total, "currency": row.head.currency}) for row in rows]
    return listed + [worth(one.snapshot) for one in suspects if one.snapshot]


def _not_listed(one: Pass, span: Span, listed: set[str], asked_at: datetime) -> list[str]:
    """Ours of these seconds that Stripe's list has not, though they were here when it was asked."""
    created: Any = StripeObject.objects.with_created()
    rows = created.filter(object_type=one.noun, deleted=False, updated_at__lt=asked_at)
    bounds: dict[str, Any] = {"created__gt": span.low, "created__lte": span.high}
    bounds |= {"created__gte": one.since, "created__lt": one.before, "snapshot__status": one.status or None}
    rows = rows.filter(**{name: value for name, value in bounds.items() if value is not None})
    return sorted(rows.exclude(stripe_id__in=Texts(listed)).values_list("stripe_id", flat=True))


def _by_id(one: Pass, place: Place) -> Step:
    """Those of ours that are not final, one request each."""
    asked_at = timezone.now()
    created: Any = StripeObject.objects.with_created()
    rows = created.filter(object_type=one.noun, deleted=False, snapshot__status__in=one.by_id, created__lt=one.before)
    found = list(rows.filter(pk__gt=int(place.after or 0)).order_by("pk").values_list("pk", "stripe_id")[:IDS_AT_ONCE])
    answers = [fetch_noted(one.noun, stripe_id) for _, stripe_id in found]
    following = Place(place.number, str(found[-1][0])) if len(found) == IDS_AT_ONCE else place.next_pass()
    return Step(answers, following, asked_at, len(answers))
