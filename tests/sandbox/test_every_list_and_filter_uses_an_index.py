"""No list reads a whole table: every statement of every list, with every filter alone, is a search of an index."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from sandbox.protocol.wire import Request
from sandbox.routes import AREAS
from sandbox.running import Sandbox
from tests.sandbox.clocks import new_clock
from tests.sandbox.living import areas
from tests.sandbox.running import SECRET_KEY
from tests.sandbox.scenes import START, Account

LISTS = [(path, spec) for area in AREAS for method, path, _, spec in area.ROWS if method == "GET" and "limit" in spec]
PAGING = {"limit", "starting_after", "ending_before", "expand"}
WORDS = ["true", "month", "active", "draft", "open", "paid", "all", "usd", "card", "charge", "a@example.com", "cs_test"]
WORDS += [
    "charge_automatically",
    "complete",
    "not_started",
    "invoice.paid",
    "one_time",
    "day",
    "pending",
    "percentage",
    "always",
]
FORMS = ("", "[gte]", "[0]", "[interval]", "[type]", "[email]", "[customer]")


class Watched:
    """A sandbox in this process whose statements can be read."""

    def __init__(self) -> None:
        self.running = Sandbox(":memory:", clock=START)
        self.running.start()
        self.account = Account.at(f"http://127.0.0.1:{self.running.port}")
        self.db = self.running.account.store.db

    def plans(self, path: str, **given: str) -> list[str] | None:
        """The plan of every statement that the request made, or None where it was refused."""
        statements: list[str] = []
        headers = {"authorization": f"Bearer {SECRET_KEY}"}
        self.db.set_trace_callback(statements.append)
        answer = self.running.application.answer(Request("GET", path, urlencode(given), headers, b"", True))
        self.db.set_trace_callback(None)
        if answer.status != 200:
            return None
        queries = [text for text in statements if text.startswith(("SELECT", "WITH"))]
        return [row[3] for text in queries for row in self.db.execute("EXPLAIN QUERY PLAN " + text)]


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    made = Watched()
    for area in areas():
        area.live(made.account)
    new_clock(made.account)
    yield made
    made.running.stop()


def path_of(template: str, entries: list[dict]) -> str | None:
    """The path of a list that belongs to an object, for one that there is."""
    if "{" not in template:
        return template
    owner = template[: template.index("/{")].rpartition("/")[2].removesuffix("s")
    names = [entry["id"] for entry in entries if entry["object"].rpartition(".")[2] == owner]
    return template.replace(template[template.index("{") : template.index("}") + 1], names[0]) if names else None


@pytest.mark.parametrize(("template", "spec"), LISTS, ids=[path for path, _ in LISTS])
def test_no_statement_of_a_list_scans_a_table(watched: Watched, template: str, spec: dict) -> None:
    entries = [entry for entry in watched.account.dump() if entry["object"] != "event" and not entry.get("deleted")]
    path = path_of(template, entries)
    assert path is not None, "nothing in this account owns such a list"
    ids = list({entry["object"]: entry["id"] for entry in entries}.values())
    for name in [None, *(set(spec) - PAGING)]:
        found = watched.plans(path) if name is None else filtered(watched, path, name, ids)
        scans = [line for line in found or [] if line.startswith("SCAN") and "CONSTANT" not in line]
        assert (name, scans) == (name, [])
        if name is None:
            assert not [line for line in found or [] if "TEMP B-TREE" in line]


@pytest.mark.parametrize(
    ("path", "filters", "index"),
    [
        ("/v1/invoices", {"customer": "customer", "status": "paid"}, "objects_customer"),
        ("/v1/invoices", {"subscription": "subscription", "status": "open"}, "objects_parent"),
        ("/v1/subscriptions", {"customer": "customer", "status": "active", "price": "price"}, "objects_customer"),
        ("/v1/subscriptions", {"price": "price", "status": "active"}, "PRIMARY KEY"),
        ("/v1/payment_methods", {"customer": "customer", "type": "card"}, "objects_customer"),
        ("/v1/invoices", {"status": "draft"}, "objects_status"),
        ("/v1/events", {"created[lt]": str(START)}, "objects_type (type=? AND created<?"),
    ],
)
def test_several_filters_search_by_the_most_selective(watched: Watched, path: str, filters: dict, index: str) -> None:
    ids = {entry["object"]: entry["id"] for entry in watched.account.dump() if not entry.get("deleted")}
    given = {name: ids.get(value, value) for name, value in filters.items()}
    plans = watched.plans(path, **given)
    assert plans is not None
    assert any(index in line for line in plans), plans


def filtered(watched: Watched, path: str, name: str, ids: list[str]) -> list[str] | None:
    """The plans for the first value that the filter takes; None where none of WORDS in any of FORMS fits."""
    for form in FORMS:
        for value in [str(START), *WORDS, *ids]:
            found = watched.plans(path, **{name + form: value})
            if found is not None:
                return found
    return None
