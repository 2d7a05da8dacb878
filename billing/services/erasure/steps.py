"""What an erasure does, step by step. Other apps add theirs with `step`.

A step goes through its rows in batches that commit, may run again at any time, and tells how many rows it changed,
by table. With `dry` it changes nothing and counts what it would change.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

BATCH = 500
Counts = Counter[str]


@dataclass(frozen=True, slots=True)
class Subject:
    """The organization that is erased: its primary key, our public id, and Stripe's id ("" for none)."""

    pk: int
    public_id: str
    customer_id: str


Step = Callable[[Subject, bool], Counts]
"""(subject, dry) -> rows by table."""

_steps: dict[str, Step] = {}


def step(function: Step) -> Step:
    """Have the function run with every erasure, before the log forgets; a function of one name once."""
    _steps[f"{function.__module__}.{function.__name__}"] = function
    return function


def all_steps() -> list[Step]:
    return list(_steps.values())


def chunks(rows: models.QuerySet[Any]) -> Iterator[list[Any]]:
    """Instances in batches, by primary key."""
    after = 0
    while batch := list(rows.filter(pk__gt=after).order_by("pk")[:BATCH]):
        after = batch[-1].pk
        yield batch


def blank(rows: models.QuerySet[Any], dry: bool, **values: Any) -> Counts:
    """Set these columns where they are something else."""
    table = rows.model._meta.db_table
    due = rows.exclude(**values)
    if dry:
        return Counter({table: due.count()})
    ids = list(due.values_list("pk", flat=True))
    changed = sum(rows.filter(pk__in=some).update(**values) for some in cut(ids))
    return Counter({table: changed})


def rewrite(rows: models.QuerySet[Any], dry: bool, change: Callable[[Any], None], *fields: str) -> Counts:
    """Change instances in place and save those that became different."""
    count = 0
    for batch in chunks(rows):
        with transaction.atomic():
            locked = batch if dry else list(rows.model._default_manager.select_for_update().filter(pk__in=_keys(batch)))
            changed = [row for row in locked if _differs(row, change, fields)]
            if not dry:
                rows.model._default_manager.bulk_update(changed, fields)
            count += len(changed)
    return Counter({rows.model._meta.db_table: count})


def _differs(row: Any, change: Callable[[Any], None], fields: Sequence[str]) -> bool:
    before = [getattr(row, name) for name in fields]
    change(row)
    return before != [getattr(row, name) for name in fields]


def delete(rows: models.QuerySet[Any], dry: bool) -> Counts:
    table = rows.model._meta.db_table
    if dry:
        return Counter({table: rows.count()})
    return Counter({table: sum(rows.filter(pk__in=_keys(batch)).delete()[0] for batch in chunks(rows))})


def cut(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]


def _keys(rows: Sequence[Any]) -> list[Any]:
    return [row.pk for row in rows]
