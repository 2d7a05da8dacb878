"""Columns, view chips and filters: the words in which a list is declared."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from billing.templatetags.viewer import Viewer

Cell = Callable[[Any, Viewer], object]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Below 1024 px a row has two lines in the same table: `narrow` says where the cell goes then:
    "own" keeps its column, "head" moves under the row's name, "end" under the last cell that is kept, "" away."""

    title: str
    cell: Cell
    number: bool = False
    narrow: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A named view of a list. `order` replaces the list's own; `empty` says that it is good to find nothing here."""

    code: str
    title: str
    narrow: Callable[[QuerySet[Any], Viewer], QuerySet[Any]]
    order: tuple[str, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter from the address, `?code=value`; shown as a removable chip where it is active. `name` gives the
    value in words; `narrow` takes the place of an exact `lookup`."""

    code: str
    title: str
    lookup: str
    name: Callable[[str], str] = str
    narrow: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None

    def applied(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Raises ValueError or ValidationError for a value that the column cannot hold."""
        if self.narrow is not None:
            return self.narrow(rows, value)
        if "__" not in self.lookup:
            return rows.filter(**{self.lookup: value})
        related = rows.model._default_manager.filter(**{self.lookup: value})  # a join would repeat rows
        return rows.filter(pk__in=related.values("pk"))

    def words(self, value: str) -> str:
        return self.name(value)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the list's own controls."""

    title: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class TableCell:
    content: object
    column: Column
    under: list[object]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its cells made, ready to print; `caption` names it for those who do not see it."""

    caption: str
    columns: tuple[Column, ...]
    lines: list[list[TableCell]]


def all_rows(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows


def make_table(caption: str, columns: tuple[Column, ...], rows: list[Any], viewer: Viewer) -> Table:
    """Make the cells. The first column is the row's head."""
    return Table(caption, columns, [_line(columns, row, viewer) for row in rows])


def _line(columns: tuple[Column, ...], row: Any, viewer: Viewer) -> list[TableCell]:
    contents = [(column, column.cell(row, viewer)) for column in columns]
    kept = [column for column in columns[1:] if column.narrow == "own"]
    end = kept[-1] if kept else columns[0]
    under: dict[Column, list[object]] = {columns[0]: [], end: []}  # one and the same where no column is kept
    for place, target in (("head", columns[0]), ("end", end)):
        under[target] += [content for column, content in contents if column.narrow == place]
    return [TableCell(content, column, under.get(column, [])) for column, content in contents]


def with_query(query: QueryDict, **changes: str) -> str:
    """The query string with these parameters set; empty values leave."""
    changed = query.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value:
            changed[name] = value
    return f"?{changed.urlencode()}"
