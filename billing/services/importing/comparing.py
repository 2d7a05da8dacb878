"""Compare the money that Stripe shows with our rows, page by page, in the transaction that applied the page: so that
what changes at Stripe while the rest is read explains nothing away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from billing.gateway.client import Json
from billing.gateway.fields import customer_of, reference
from billing.models import Invoice, Payment, PaymentAttempt, Refund
from billing.services.from_stripe.place import Place

SHOWN = 100
"""Unexplained objects that are named; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Money:
    """Which amount of a noun is compared: Stripe's field, and ours."""

    model: type[Model]
    theirs: str
    ours: str


MONEY: dict[str, Money] = {
    "invoice": Money(Invoice, "total", "total"),
    "payment_intent": Money(Payment, "amount_received", "amount_received"),
    "charge": Money(PaymentAttempt, "amount_captured", "amount_captured"),
    "refund": Money(Refund, "amount", "amount"),
}
Cell = tuple[str, str, int]  # currency, status, minor units


def compare(object_type: str, snapshots: list[Json], place: Place) -> None:
    """Add what these objects show, there and here, to `place.kept`."""
    money = MONEY.get(object_type)
    if money is None:
        return
    columns = ("stripe_id", "currency", "status", money.ours)
    rows = money.model._default_manager.filter(stripe_id__in=[one["id"] for one in snapshots]).values_list(*columns)
    here = {row[0]: (row[1], row[2], row[3]) for row in rows}
    nobodys = _nobodys(object_type, snapshots)
    for snapshot in snapshots:
        there = (snapshot["currency"], str(snapshot["status"] or ""), int(snapshot.get(money.theirs) or 0))
        _add(place.kept, object_type, "there", there)
        found = here.get(snapshot["id"])
        if found is not None:
            _add(place.kept, object_type, "here", found)
        if found is None and snapshot["id"] in nobodys:
            _add(place.kept, object_type, "of_no_customer", there)
        elif found != there:
            _unexplained(place.kept, object_type, snapshot["id"], there, found)


def _nobodys(object_type: str, snapshots: list[Json]) -> set[str]:
    """Objects of no customer: they have no typed row, by design. A refund is of nobody where its charge is."""
    if object_type != "refund":
        return {one["id"] for one in snapshots if not customer_of(one)}
    charges = {one["id"]: reference(one.get("charge")) for one in snapshots}
    owned = set(PaymentAttempt.objects.filter(stripe_id__in=charges.values()).values_list("stripe_id", flat=True))
    return {refund for refund, charge in charges.items() if charge not in owned}


def _add(kept: dict[str, Any], object_type: str, where: str, cell: Cell) -> None:
    currency, status, amount = cell
    cells = kept.setdefault("amounts", {}).setdefault(object_type, {}).setdefault(f"{currency}/{status}", {})
    count, total = cells.get(where, (0, 0))
    cells[where] = [count + 1, total + amount]


def _unexplained(kept: dict[str, Any], object_type: str, stripe_id: str, there: Cell, here: Cell | None) -> None:
    kept["unexplained_count"] = kept.get("unexplained_count", 0) + 1
    named = kept.setdefault("unexplained", [])
    if len(named) < SHOWN:
        named.append({"type": object_type, "id": stripe_id, "there": list(there), "here": list(here) if here else None})


def is_clean(report: Mapping[str, Any]) -> bool:
    """Whether nothing in the report asks for somebody's judgement."""
    counts = report["objects"].values()
    return (
        not report["unexplained_count"]
        and not report["events"]["unprocessed"]
        and all(one["there"] == one["here"] + one["of_no_customer"] for one in counts)
    )
