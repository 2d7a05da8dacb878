"""What arrives about a customer that was erased: nothing personal of it is stored or projected."""

from collections.abc import Sequence, Set
from dataclasses import replace

from billing.domain.personal import without_personal
from billing.models import StripeObject
from billing.projection.owners import erased_methods
from billing.projection.snapshot import Projectable


def forget_persons(
    projectables: Sequence[Projectable], rows: Sequence[StripeObject], erased: Set[int]
) -> list[Projectable]:
    """Scrub the rows of erased organizations, whose primary keys are `erased`; returns the projectables to match."""
    nobodys = [one.stripe_id for one in projectables if one.organization_id is None]
    methods = (
        erased_methods([row.stripe_id for row in rows if row.object_type == "payment_method"]) if nobodys else set()
    )
    theirs = {one.stripe_id for one in projectables if one.organization_id in erased} | methods
    for row in rows:
        if row.stripe_id in theirs:
            scrub(row)
    snapshots = {row.stripe_id: row.snapshot for row in rows}
    return [replace(one, snapshot=snapshots[one.stripe_id]) if one.stripe_id in theirs else one for one in projectables]


def scrub(row: StripeObject) -> None:
    """Only what must be kept stays, and the mirror is not given it."""
    row.snapshot = without_personal(row.snapshot, statutory=True)
    row.previous = without_personal(row.previous)
    row.mirror_due_at, row.mirror_error = None, ""
