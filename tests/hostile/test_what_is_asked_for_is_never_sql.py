"""Each parameter of each route and each list is given what would end a string or a statement: the answer is an
ordinary one, at once, with nobody else's rows, and the tables are as they were (S05)."""

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.contrib import admin as site
from django.db import connection
from django.test import Client

from billing.api.docs import document
from billing.domain.scopes import OF_AN_ORGANIZATION, Scope
from billing.models import Organization
from tests.admin.addresses import NOUNS, list_of, name_of
from tests.admin.scene import organization_with_everything, superuser
from tests.api.calls import Api
from tests.factories import OrganizationFactory, api_key
from tests.hostile.words import INJECTIONS, MARK

pytestmark = pytest.mark.django_db
FOREIGN = "Foreign Canary"
SOME = INJECTIONS[::3]


def reads() -> list[tuple[str, list[str]]]:
    """Every route that is read, with the names of its query parameters; and one that none knows."""
    found = []
    for path, methods in document()["paths"].items():
        if "get" in methods and "health" not in path:
            names = [each["name"] for each in methods["get"].get("parameters", []) if each["in"] == "query"]
            found.append((path.removeprefix("/api/v1/"), [*names, "ordering"]))
    return found


def cursor_of(text: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([0, text, text]).encode()).decode().rstrip("=")


def forms(name: str) -> Iterator[str]:
    yield from INJECTIONS
    if name == "cursor":
        yield from map(cursor_of, INJECTIONS)


def rows() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND relname LIKE ANY (ARRAY['billing_%', 'usage_%', 'analytics_%', 'audit_%', 'auth_%'])"
            " AND NOT relispartition ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in tables))
        return dict(cursor.fetchall())


@pytest.fixture
def unlimited(settings: Any) -> None:
    settings.RATE_LIMIT_ENABLED = False


@pytest.fixture
def own(db: None, unlimited: None) -> Iterator[Organization]:
    """The asking organization. What sleeps would fail, and what was run would have left its mark."""
    organization_with_everything(FOREIGN)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '20s'")
        yield organization_with_everything("Own").organization
        cursor.execute("SELECT current_setting('app.injected', true)")
        assert cursor.fetchone() in ((None,), ("",))


def test_the_routes_and_their_parameters_are_found() -> None:
    found = dict(reads())
    assert len(found) >= 15
    assert {"status", "from", "to", "cursor", "limit"} <= set(found["billing/invoices"])
    assert len(INJECTIONS) == len(set(INJECTIONS)) >= 20


@pytest.mark.parametrize(("path", "names"), reads(), ids=lambda value: value if isinstance(value, str) else "")
def test_in_the_api(own: Organization, path: str, names: list[str]) -> None:
    before = rows()
    caller = Api(api_key(None, *Scope) if path.startswith("analytics") else api_key(own, *OF_AN_ORGANIZATION))
    for name in names:
        ask(caller, [f"{filled(path, 'x')}?{urlencode({name: form})}" for form in forms(name)])
    if "{" in path:
        ask(caller, [filled(path, text) for text in INJECTIONS])
    changed = {name for name, count in rows().items() if count != before[name]}
    assert changed <= {"billing_apikey"}


def filled(path: str, text: str) -> str:
    return "/".join(quote(text, safe="") if part.startswith("{") else part for part in path.split("/"))


def ask(caller: Api, addresses: list[str]) -> None:
    for address in addresses:
        answer = caller.get(address)
        assert answer.status_code < 500, address
        if "analytics" not in address:
            assert FOREIGN not in answer.content.decode(), address


@pytest.mark.parametrize("text", INJECTIONS)
def test_in_headers(own: Organization, text: str) -> None:
    key = api_key(None, *Scope)
    for name in ("X-Organization", "Idempotency-Key", "X-Request-ID", "If-None-Match"):
        answer = Api(key, **{"X-Organization": own.public_id}).post("billing/subscription/preview", {}, **{name: text})
        assert answer.status_code < 500, name
        assert FOREIGN not in answer.content.decode()
    assert Api(f"ch_test_{text}").get("billing/invoices").status_code == 401


@pytest.mark.parametrize("model", NOUNS, ids=lambda model: model.__name__)
def test_in_the_admin(own: Organization, model: Any) -> None:
    client, page = Client(), site.site._registry[model]
    client.force_login(superuser())
    before, codes = rows(), ["q", "at", "view", "o", *(each.code for each in page.filters)]
    for code in codes:
        for text in INJECTIONS if code == "q" else SOME:
            answer = client.get(list_of(model, "?" + urlencode({code: text})))
            assert answer.status_code in (200, 302), (code, text)
    for text in SOME:
        key = f"{list_of(model)}{quote(text, safe='')}/change/"
        assert client.get(key).status_code in (302, 403, 404), text
    assert rows() == before
    assert name_of(model, "changelist")


def test_what_is_run_leaves_its_mark(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT '' || {MARK} || ''")
        cursor.execute("SELECT current_setting('app.injected', true)")
        assert cursor.fetchone() == ("yes",)


def test_in_the_search_of_the_admin(own: Organization) -> None:
    client = Client()
    client.force_login(superuser())
    for text in INJECTIONS:
        assert client.get("/admin/search/?" + urlencode({"s": text})).status_code == 200


def test_a_text_that_is_everybodys_finds_only_whom_it_names(db: None, unlimited: None) -> None:
    """`%` and `_` are letters in a search, not jokers."""
    OrganizationFactory(name="100% Canary_Ltd")
    OrganizationFactory(name="1000 CanaryXLtd")
    client = Client()
    client.force_login(superuser())
    body = client.get(list_of(Organization, "?q=100%25")).content.decode()
    assert "100% Canary_Ltd" in body
    assert "1000 CanaryXLtd" not in body
