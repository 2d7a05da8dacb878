"""Which lists a run goes through, in the order of dependence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from billing.models import ReconciliationRun
from billing.projection.nouns import PROJECTIONS

OVERLAP = 3 * 86_400  # seconds; late settlements and clocks that differ
# Small, or never final: gone through whole each time
WHOLE = frozenset({"product", "price", "customer"})
# Of what is not final Stripe lists these statuses, however old
OPEN_STATUSES: dict[str, tuple[str, ...]] = {
    "subscription": ("active", "trialing", "past_due", "unpaid", "paused", "incomplete"),
    "invoice": ("draft", "open", "uncollectible"),
    "payout": ("pending", "in_transit"),
}
# The others are asked for one by one
OPEN_BY_ID: dict[str, tuple[str, ...]] = {
    "payment_intent": (
        *("requires_payment_method", "requires_confirmation", "requires_action", "processing", "requires_capture"),
    ),
    "charge": ("pending",),
    "refund": ("pending", "requires_action"),
    "invoice_payment": ("open",),
    "dispute": ("warning_needs_response", "warning_under_review", "needs_response", "under_review"),
    "balance_transaction": ("pending",),
}
# Their list is one customer's
UNLISTED = frozenset({"payment_method"})
NOUNS: tuple[str, ...] = tuple(noun for noun in PROJECTIONS if noun not in UNLISTED)


@dataclass(frozen=True, slots=True)
class Pass:
    """One list of a noun: created from `since` until before `before` (Unix seconds, None for no bound), of a status
    where one is given. `by_id`: no list, but our own objects of these statuses."""

    noun: str
    since: int | None = None
    before: int | None = None
    status: str = ""
    by_id: tuple[str, ...] = ()

    @property
    def extra(self) -> dict[str, Any]:
        return {"status": self.status} if self.status else {}


def passes_of(run: ReconciliationRun, watermarks: Mapping[str, int]) -> list[Pass]:
    """The same for a run that is resumed: `watermarks` are those of the last run that was done before it."""
    nouns = [noun for noun in NOUNS if not run.nouns or noun in run.nouns]
    return [one for noun in nouns for one in _of_noun(noun, run, watermarks)]


def _of_noun(noun: str, run: ReconciliationRun, watermarks: Mapping[str, int]) -> list[Pass]:
    since = _since(noun, run, watermarks)
    if since is None:
        return [Pass(noun)]
    listed = [Pass(noun, before=since, status=status) for status in OPEN_STATUSES.get(noun, ())]
    by_id = [Pass(noun, before=since, by_id=OPEN_BY_ID[noun])] if noun in OPEN_BY_ID else []
    return [Pass(noun, since), *listed, *by_id]


def _since(noun: str, run: ReconciliationRun, watermarks: Mapping[str, int]) -> int | None:
    if run.full or noun in WHOLE:
        return None
    if run.since is not None:
        return int(run.since.timestamp())
    return watermarks[noun] - OVERLAP if noun in watermarks else None
