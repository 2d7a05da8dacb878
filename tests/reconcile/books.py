"""What Stripe has and what is here, row by row, and a reconciliation between them."""

import json
import urllib.request
from typing import Any

from django.db import models

from audit.actor import SYSTEM
from billing.models import ReconciliationRun, StripeObject
from billing.projection.expected import TABLES, standing_on
from billing.projection.owners import organizations_for
from billing.projection.snapshot import Projectable
from billing.reconcile.asking import ask, carry_out
from billing.reconcile.passes import NOUNS

NOWHERE = "https://sandbox.invalid"
"""The address in the dump's links, so that dumps of two sandboxes are alike."""
TYPED = sorted({table.model for noun in NOUNS for table in TABLES[noun]}, key=lambda model: model.__name__)


def reconcile(**scope: Any) -> ReconciliationRun:
    return carry_out(ask(by=SYSTEM, **scope), by=SYSTEM)


def theirs(base: str) -> dict[str, dict[str, Any]]:
    """Every object of the sandbox that is not deleted, by id, as its own reading gives it."""
    with urllib.request.urlopen(f"{base}/_sandbox/dump", timeout=60) as answer:  # noqa: S310 - on loopback
        objects = [json.loads(line.decode().replace(NOWHERE, base)) for line in answer]
    return {one["id"]: one for one in objects if one["object"] in NOUNS and not one.get("deleted")}


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of the typed tables and of the snapshots, to the last column."""
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in [*TYPED, StripeObject]}


def differing(base: str) -> list[str]:
    """Each way in which what is here is not what the sandbox's dump makes."""
    there = theirs(base)
    here = {row.stripe_id: row for row in StripeObject.objects.filter(object_type__in=NOUNS, deleted=False)}
    found = [f"{one} is missing here" for one in sorted(there.keys() - here.keys())]
    found += [f"{one} is missing there" for one in sorted(here.keys() - there.keys())]
    for stripe_id in sorted(there.keys() & here.keys()):
        found += _of_object(there[stripe_id], here[stripe_id])
    return found


def _of_object(snapshot: dict[str, Any], row: StripeObject) -> list[str]:
    owner = next(iter(organizations_for([str(snapshot["customer"])]).values())) if snapshot.get("customer") else None
    found = [f"{row.stripe_id}: another snapshot"] if row.snapshot != snapshot else []
    for table in TABLES[row.object_type]:
        if table.parent:
            continue  # children are compared by the test that counts them
        present = table.model._default_manager.filter(**{table.key: row.stripe_id}).first()
        for expected in table.rows(Projectable(row.stripe_id, snapshot, owner or _owner(present))):
            found += _of_row(row.stripe_id, table.fields, present, standing_on(expected, present))
    return found


def _owner(present: models.Model | None) -> Any:
    """Refunds and disputes name no customer: whose they are is tested elsewhere."""
    return getattr(present, "organization_id", None)


def _of_row(stripe_id: str, names: list[str], present: models.Model | None, expected: models.Model) -> list[str]:
    if present is None:
        return [f"{stripe_id} has no row"]
    return [
        f"{stripe_id}.{name}: {getattr(present, name)!r} here, {getattr(expected, name)!r} there"
        for name in names
        if not name.endswith("_index") and not _same(present, expected, name)
    ]


def _same(present: models.Model, expected: models.Model, name: str) -> bool:
    attribute = present._meta.get_field(name).attname  # type: ignore[union-attr]
    return bool(getattr(present, attribute) == getattr(expected, attribute))
