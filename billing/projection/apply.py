"""Bring snapshots into the rows: the one place that writes StripeObject and the typed tables.

The rules of order are those of docs/architecture.md: never apply an older snapshot, never break a tie by arrival,
one writer per object.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection

from billing.models import StripeObject
from billing.projection import current
from billing.projection.erased import forget_persons
from billing.projection.nouns import ALWAYS_OWNED, PROJECTIONS
from billing.projection.owners import customers_of, erased_among, link_customers, organizations_for
from billing.projection.settle import settle
from billing.projection.sighting import Applied, Fetched, Sighting, Verdict
from billing.projection.snapshot import Projectable

ERASURE_LOCK = 7_320_002


def apply(sightings: Sequence[Sighting], fetched: Iterable[Fetched] = ()) -> Applied:
    """Apply what was seen, in sets, inside the caller's transaction.

    Objects of unknown order are left alone and named in `doubtful`; the caller fetches them, without a
    transaction, and calls again with the answers.
    """
    answers = {answer.stripe_id: answer for answer in fetched}
    groups = _by_object(sightings)
    ids = sorted({*groups, *answers})
    lock(ids)
    stored = current.load(ids)
    outcome = Applied()
    changed: list[StripeObject] = []
    for stripe_id in ids:
        row = settle(stripe_id, stored.get(stripe_id), groups.get(stripe_id, []), answers.get(stripe_id), outcome)
        if row is not None:
            changed.append(row)
    early = _project(changed, outcome)
    _mark_early(early, groups, outcome)
    current.save([row for row in changed if row.stripe_id not in early])
    _name_owners(stored, groups, outcome)
    return outcome


def lock(stripe_ids: Iterable[str]) -> None:
    """One writer per object until the transaction ends; sorted, so that two writers never wait crosswise. The
    beginning of an erasure waits for all of them (billing.services.erasure), and they for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [ERASURE_LOCK])
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT hashtextextended(id, 0) AS key"
            " FROM unnest(%s::text[]) AS id ORDER BY key) AS keys",
            [list(stripe_ids)],
        )


def _by_object(sightings: Sequence[Sighting]) -> dict[str, list[Sighting]]:
    groups: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        groups[sighting.stripe_id].append(sighting)
    return groups


def _project(changed: Sequence[StripeObject], outcome: Applied) -> set[str]:
    """Write the typed rows of these objects; returns the ids of those whose owner is not known yet."""
    projectables, early = resolve(changed)
    outcome.owners.update({one.stripe_id: one.organization_id for one in projectables})
    outcome.erased |= erased_among(outcome.owners.values())
    projectables = forget_persons(projectables, changed, outcome.erased)
    project(projectables, {row.stripe_id: row.object_type for row in changed})
    return early


def resolve(objects: Sequence[StripeObject]) -> tuple[list[Projectable], set[str]]:
    """Find each object's organization; the second part are the ids that have to wait for one."""
    link_customers(objects)
    customers = customers_of(objects)
    organizations = organizations_for(customers.values())
    early = {one.stripe_id for one in objects if one.object_type in ALWAYS_OWNED and not customers[one.stripe_id]}
    return [
        Projectable(
            stripe_id=one.stripe_id,
            snapshot=one.snapshot,
            organization_id=organizations.get(customers[one.stripe_id]),
            deleted=one.deleted,
            event_time=one.event_time,
        )
        for one in objects
        if one.stripe_id not in early
    ], early


def project(projectables: Sequence[Projectable], types: dict[str, str]) -> None:
    """Write the typed rows, noun by noun."""
    nouns: dict[str, list[Projectable]] = defaultdict(list)
    for one in projectables:
        nouns[types[one.stripe_id]].append(one)
    for object_type, write in PROJECTIONS.items():
        if nouns.get(object_type):
            write(nouns[object_type])


def _mark_early(early: set[str], groups: dict[str, list[Sighting]], outcome: Applied) -> None:
    for stripe_id in early:
        for sighting in groups.get(stripe_id, []):
            outcome.verdicts[sighting.key] = Verdict.TOO_EARLY


def _name_owners(stored: dict[str, StripeObject], groups: dict[str, list[Sighting]], outcome: Applied) -> None:
    """Superseded events have owners too: their facts are recorded."""
    rest = [row for stripe_id, row in stored.items() if stripe_id in groups and stripe_id not in outcome.owners]
    if not rest:
        return
    projectables, _ = resolve(rest)
    outcome.owners.update({one.stripe_id: one.organization_id for one in projectables})
    outcome.erased |= erased_among(one.organization_id for one in projectables)
