"""The ledger's books: read from the database, and written to it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from django.db.models import Sum

from analytics.ledger.advance import Additions, Book
from analytics.ledger.facts import Fact, fact_of
from analytics.ledger.movements import Line, Place, Wanted
from analytics.models import KnownState, MrrMovement
from analytics.policies import MetricPolicy
from billing.models import SubscriptionChange

CHUNK = 5_000
PLACE = ("item_id", "price_id", "product_id", "currency", "part", "effective_at", "day")

Entry = tuple[str, datetime, Additions]


def read_facts(subscription_ids: Collection[str]) -> tuple[dict[str, list[Fact]], dict[str, int]]:
    """The facts of these subscriptions, and the organization (primary key) of each."""
    facts: dict[str, list[Fact]] = defaultdict(list)
    owners: dict[str, int] = {}
    for change in SubscriptionChange.objects.filter(subscription_id__in=subscription_ids).order_by("id"):
        facts[change.subscription_id].append(fact_of(change))
        owners[change.subscription_id] = change.organization_id
    return facts, owners


def read_books(subscription_ids: Collection[str], policy: MetricPolicy) -> dict[str, Book]:
    """What is written for these subscriptions; an empty book where nothing is."""
    books: dict[str, Book] = {subscription_id: Book() for subscription_id in subscription_ids}
    states = KnownState.objects.filter(subscription_id__in=subscription_ids).per_instant()
    for subscription_id, effective_at, change_id in states.values_list("subscription_id", "effective_at", "change_id"):
        books[subscription_id].states[effective_at] = change_id
    movements = MrrMovement.objects.filter(policy=policy.key, subscription_id__in=subscription_ids)
    for subscription_id, *place, net in movements.values_list("subscription_id", *PLACE).annotate(
        net=Sum("delta_micro")
    ):
        if net:
            books[subscription_id].nets[_place(*place)] = int(net)
    return books


def _place(item: str, price: str, product: str, currency: str, part: str, effective_at: datetime, day: date) -> Place:
    return Place(Line(item, price, product, currency, part), effective_at, day)


def write(entries: Iterable[Entry], *, owners: Mapping[str, int], policy: MetricPolicy) -> int:
    """Write additions, each (subscription, since when it is known, what); returns the number of movements."""
    states: list[KnownState] = []
    movements: list[MrrMovement] = []
    for subscription_id, known_at, additions in entries:
        whose = {"subscription_id": subscription_id, "organization_id": owners[subscription_id]}
        states += [_state(fact, recorded_at=known_at, **whose) for fact in additions.states]
        movements += [
            _movement(place, wanted, policy=policy.key, recorded_at=known_at, **whose)
            for place, wanted in additions.movements
        ]
    KnownState.objects.bulk_create(states, batch_size=CHUNK)
    MrrMovement.objects.bulk_create(movements, batch_size=CHUNK)
    return len(movements)


def _state(fact: Fact, **columns: object) -> KnownState:
    return KnownState(effective_at=fact.effective_at, change_id=fact.id, **columns)


def _movement(place: Place, wanted: Wanted, **columns: object) -> MrrMovement:
    line = place.line
    return MrrMovement(
        item_id=line.item,
        price_id=line.price,
        product_id=line.product,
        currency=line.currency,
        part=line.part,
        effective_at=place.effective_at,
        day=place.day,
        delta_micro=wanted.delta,
        cause=wanted.cause,
        change_id=wanted.change_id,
        **columns,
    )
