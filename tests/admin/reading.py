"""Reading pages and parts as a person does: words, cells, links."""

import html
import re
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import Model
from django.template import engines
from django.test import Client

from billing.admin.columns import Table
from billing.admin.sections import Facts, Heading, Rows, Section
from billing.models import User
from billing.templatetags.viewer import Viewer
from tests.admin.scene import NOW


def viewer(user: User | None = None, zone: str = "UTC", locale: str = "en_US") -> Viewer:
    """Who reads; without a user somebody who may see no other page, so that every link is plain text."""
    return Viewer(ZoneInfo(zone), locale, NOW, user)


def words(content: object) -> str:
    """What is read: no tags, no copy buttons, one blank between words."""
    seen = re.sub(r"<button.*?</button>", " ", str(content), flags=re.DOTALL)
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", seen)).split())
    return re.sub(r" ([,;:.])", r"\1", text)


def links(content: object) -> list[str]:
    return [html.unescape(address) for address in re.findall(r'href="([^"]*)"', str(content))]


def lines(table: Table) -> list[list[str]]:
    """The words of each cell."""
    return [[words(cell.content) for cell in line] for line in table.lines]


def column(table: Table, title: str) -> list[str]:
    place = [each.title for each in table.columns].index(title)
    return [line[place] for line in lines(table)]


def facts(rows: Iterable[tuple[str, object]]) -> dict[str, str]:
    return {label: words(value) for label, value in rows}


def page_for(model: type[Model]) -> Any:
    """The admin page of a model, whose functions make heading and sections."""
    return admin.site._registry[model]


def fresh(row: Model) -> Any:
    """The row as the page reads it."""
    page = page_for(type(row))
    return page.objects(None).get(pk=row.pk)


def heading_of(row: Model, reader: Viewer) -> Heading:
    found: Heading = page_for(type(row)).heading(fresh(row), reader)
    return found


def sections_of(row: Model, reader: Viewer) -> dict[str, Any]:
    """By title."""
    page, found = page_for(type(row)), fresh(row)
    page.heading(found, reader)
    sections: list[Section] = page.sections(found, reader)
    return {section.title: section for section in sections}


def rows_of(row: Model, title: str, reader: Viewer) -> Rows:
    found: Rows = sections_of(row, reader)[title]
    return found


def details_of(row: Model, reader: Viewer, title: str = "Details") -> dict[str, str]:
    found: Facts = sections_of(row, reader)[title]
    return facts(found.rows)


def listed(client: Client, address: str) -> list[str]:
    """The heads of a list's rows, as they are read."""
    body = client.get(address).content.decode()
    table = body.partition("<tbody>")[2].partition("</tbody>")[0]
    return [words(head.split('<span class="ch-')[0]) for head in re.findall(r'<th scope="row">(.*?)</th>', table, re.S)]


def rendered(source: str, **context: object) -> str:
    """A template's text, with the parts that all templates have."""
    return str(engines["django"].from_string(source).render({"viewer": viewer(), **context}))
