"""Lists that are read by the last row's own values: "Newer" and "Older" without COUNT or OFFSET.

Rows that come or go between two pages shift nothing. Null values count as later than all others, as PostgreSQL
sorts them in ascending order.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core import signing
from django.db.models import F, Model, OrderBy, Q, QuerySet

SALT = "countinghouse.admin.keyset"


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page in the list's order; `before` and `after` are the cursors of its neighbours, "" for none."""

    rows: list[Any]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Key:
    """One column of the order."""

    name: str
    descending: bool
    nullable: bool

    def order(self, backwards: bool) -> OrderBy:
        column = F(self.name)
        return column.desc() if self.descending != backwards else column.asc()

    def beyond(self, value: Any, backwards: bool) -> Q:
        """Values that come strictly after this one when reading in that direction."""
        ascending = self.descending == backwards
        if value is None:  # nulls come last ascending, first descending
            return Q(pk__in=[]) if ascending else Q(**{f"{self.name}__isnull": False})
        if not ascending:
            return Q(**{f"{self.name}__lt": value})
        later = Q(**{f"{self.name}__gt": value})
        return later | Q(**{f"{self.name}__isnull": True}) if self.nullable else later

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})


def read_page(rows: QuerySet[Any], order: tuple[str, ...], cursor: str, size: int) -> Page:
    """The page that the cursor names; the first one without a cursor, and with one that is not ours.

    `order` as in `order_by`; together its columns are unique.
    """
    keys, salt = [_key(rows.model, name) for name in order], salt_of(rows.model, order)
    place = _decode(cursor, salt)
    backwards = place is not None and place[0]
    if place is not None:
        rows = rows.filter(_beyond(keys, place[1], backwards))
    found = list(rows.order_by(*[key.order(backwards) for key in keys])[: size + 1])
    more, page = len(found) > size, found[:size]
    if backwards:
        page.reverse()
    has_before, has_after = (more, True) if backwards else (place is not None, more)
    return Page(
        page,
        _encode(keys, page[0], salt, backwards=True) if page and has_before else "",
        _encode(keys, page[-1], salt, backwards=False) if page and has_after else "",
    )


def _key(model: type[Model], name: str) -> Key:
    column = name.lstrip("-")
    return Key(column, name.startswith("-"), bool(getattr(model._meta.get_field(column), "null", False)))


def _beyond(keys: list[Key], values: list[Any], backwards: bool) -> Q:
    beyond, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        beyond |= equal & key.beyond(value, backwards)
        equal &= key.same(value)
    return beyond


def salt_of(model: type[Model], order: tuple[str, ...]) -> str:
    """One a list and order: the values of another list's cursor are of other types than the columns here."""
    return ".".join((SALT, model._meta.label_lower, *order))


def _encode(keys: list[Key], row: Any, salt: str, *, backwards: bool) -> str:
    values = [getattr(row, key.name) for key in keys]
    return signing.dumps(
        [backwards, [value.isoformat() if isinstance(value, date) else value for value in values]], salt=salt
    )


def _decode(cursor: str, salt: str) -> tuple[bool, list[Any]] | None:
    """Signed for this list, so that what comes back has the shape that it sent."""
    try:
        backwards, values = signing.loads(cursor, salt=salt)
    except signing.BadSignature:
        return None
    return bool(backwards), values
