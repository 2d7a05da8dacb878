"""Stripe's lists, page by page: a page is what a caller reads, works on and remembers as its place.

A list is newest first, and a cursor is the id of its last row, so that objects made meanwhile move nothing
(https://docs.stripe.com/api/pagination). What is a list's own:

- subscriptions: those that ended are left out unless `status=all`;
- products and prices: archived ones are in the list, deleted products are not; neither are deleted customers, and
  drafts of invoices that were deleted;
- payment methods: of one customer (`extra={"customer": ...}`), and without a filter by time;
- invoices, subscriptions and credit notes come with the first ten of their lines or items: the rest is asked for;
- customers and subscriptions of test clocks are in no list but that of their clock
  (`extra={"test_clock": ...}`) or, for subscriptions, of their customer;
- events live thirty days.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.gateway.client import Json, ask
from billing.gateway.objects import PATHS, completed

ROWS_OF_A_PAGE = 100  # the most that Stripe gives
LISTED: dict[str, str] = {**PATHS, "event": "/v1/events"}
ALWAYS: dict[str, dict[str, Any]] = {"subscription": {"status": "all"}}
UNDATED = frozenset({"payment_method"})  # their lists take no `created`


@dataclass(frozen=True, slots=True)
class Page:
    """`rows` are whole; `last_id` is where the next page starts, "" for an empty page."""

    rows: list[Json]
    has_more: bool
    last_id: str = ""


def list_page(
    object_type: str,
    *,
    created_from: datetime | None = None,
    created_to: datetime | None = None,
    starting_after: str = "",
    extra: Mapping[str, Any] | None = None,
) -> Page:
    """One page, newest first, of the objects created in [`created_from`, `created_to`), with Stripe's other filters
    in `extra`.

    Raises KeyError for a type without a list, ValueError where a time is given that the list cannot be filtered by,
    Refused with the code `resource_missing` where the object of `starting_after` is not there any more, and the other
    faults of `billing.gateway.errors`.
    """
    parameters = parameters_of(object_type, created_from, created_to, starting_after, extra)
    answer = ask("get", LISTED[object_type], parameters, operation=f"{object_type}.list", bulk=True)
    rows = answer["data"]
    last = str(rows[-1]["id"]) if rows else ""
    return Page([completed(row) for row in rows], bool(rows and answer.get("has_more")), last)


def parameters_of(
    object_type: str,
    created_from: datetime | None,
    created_to: datetime | None,
    starting_after: str,
    extra: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Of a request for one page. Raises ValueError where a time is given that the list cannot be filtered by."""
    return {
        "limit": ROWS_OF_A_PAGE,
        **ALWAYS.get(object_type, {}),
        **_created(object_type, created_from, created_to),
        **({"starting_after": starting_after} if starting_after else {}),
        **dict(extra or {}),
    }


def _created(object_type: str, start: datetime | None, end: datetime | None) -> dict[str, Any]:
    """Stripe's times are whole seconds."""
    bounds = {name: int(at.timestamp()) for name, at in (("gte", start), ("lt", end)) if at is not None}
    if bounds and object_type in UNDATED:
        raise ValueError(f"Stripe's list of {object_type} takes no times.")
    return {"created": bounds} if bounds else {}


def walk(object_type: str, *, starting_after: str = "", **filters: Any) -> Iterator[Page]:
    """Every page from `starting_after` on; the filters are those of `list_page`."""
    page = list_page(object_type, starting_after=starting_after, **filters)
    yield page
    while page.has_more:
        page = list_page(object_type, starting_after=page.last_id, **filters)
        yield page
