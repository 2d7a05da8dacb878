"""GET on any address of the site writes nothing: no action, no verb, no form runs by being looked at."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.contrib import admin as django_admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver

from billing.models import Subscription
from tests.admin.addresses import every_page

WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|TRUNCATE|MERGE|COPY)\b", re.IGNORECASE)
SIGNS_OUT = "logout/"


def patterns(found: list[Any], prefix: str = "") -> Iterator[str]:
    for each in found:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, route)
        elif isinstance(each, URLPattern):
            yield route


def filled(route: str, key: object) -> str:
    """The address with the key in place of each parameter."""
    address = re.sub(r"<[^>]+>", str(key), route)
    return "/admin/" + re.sub(r"[\^$?]|\(.*?\)", "", address)


def written(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(address)
    return [query["sql"] for query in queries if WRITES.match(query["sql"])]


def test_on_every_page(admin: Client, company: SimpleNamespace) -> None:
    for page in every_page():
        assert written(admin, page) == [], page


def test_on_every_route_that_the_site_has(admin: Client, company: SimpleNamespace) -> None:
    routes = [route for route in patterns(django_admin.site.get_urls()) if route != SIGNS_OUT]
    assert any("change-plan" in route for route in routes)
    for route in routes:
        for key in (company.subscription.pk, company.organization.pk):
            assert written(admin, filled(route, key)) == [], route


def test_no_page_has_an_action_of_django_or_unfold(admin: Client, db: None) -> None:
    for page in django_admin.site._registry.values():
        own: Any = page
        declared = [own.actions, own.actions_list, own.actions_row, own.actions_detail, own.actions_submit_line]
        assert not any(declared), page


def test_a_write_would_be_found(admin: Client, company: SimpleNamespace) -> None:
    with CaptureQueriesContext(connection) as queries:
        Subscription.objects.update(livemode=False)
    assert [query["sql"] for query in queries if WRITES.match(query["sql"])]
