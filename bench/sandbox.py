"""How fast the sandbox answers, lives through months and lists a large account, and what memory it takes.

It needs no installation: each part runs on a process and a state file of its own.
"""

import http.client
import json
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from bench.client import Load, request, run
from bench.rounds import Figures, Ratio, Result, in_turns
from bench.sandbox_process import KEY, Process, sandbox_process
from bench.scale import Scale

START = 1_704_067_200
"""2024-01-01 00:00:00 UTC."""
YEAR_DAYS = 366
FORM = "application/x-www-form-urlencoded"
MEBIBYTE = 1024 * 1024


class Client:
    """One kept connection that makes objects, one after the other."""

    def __init__(self, url: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=3600)

    def post(self, path: str, **fields: object) -> dict:
        """The object that was made. Raises RuntimeError for any answer but 200."""
        body, kind = (json.dumps(fields), "application/json") if path.startswith("/_") else (urlencode(fields), FORM)
        self.connection.request("POST", path, body, {"Authorization": f"Bearer {KEY}", "Content-Type": kind})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"POST {path}: {answer.status} {text[:400]!r}")
        return json.loads(text)

    def customer(self, number: int) -> dict:
        card = {"payment_method": "pm_card_visa", "invoice_settings[default_payment_method]": "pm_card_visa"}
        return self.post("/v1/customers", email=f"customer{number}@example.com", name=f"Customer {number}", **card)

    def price(self) -> str:
        product = self.post("/v1/products", name="Plan")["id"]
        fields = {"currency": "usd", "unit_amount": 2900, "recurring[interval]": "month", "product": product}
        return str(self.post("/v1/prices", **fields)["id"])

    def subscribe(self, customer: str, price: str) -> dict:
        return self.post("/v1/subscriptions", **{"customer": customer, "items[0][price]": price})


def measure(scale: Scale) -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="sandbox-bench-") as folder:
        states = [Path(folder) / f"{name}.sqlite" for name in ("requests", "months", "size")]
        return [_requests(states[0], scale), _months(states[1], scale), _size(states[2], scale)]


def _requests(state: Path, scale: Scale) -> Result:
    """Simple requests over eight connections."""
    with sandbox_process(state, START) as process:
        client = Client(process.url)
        customer, price = client.customer(0)["id"], client.price()
        client.subscribe(customer, price)
        wanted = {
            "retrieve a customer": _get(process, f"/v1/customers/{customer}"),
            "list invoices": _get(process, "/v1/invoices?limit=10"),
            "create a customer": _post(process, "/v1/customers", name="Somebody"),
            "subscribe and pay": _post(
                process, "/v1/subscriptions", **{"customer": customer, "items[0][price]": price}
            ),
        }
        figures = list(_in_turns(process, wanted, scale.requests, scale.rounds, 8).values())
        slowest = min(one.per_second for one in figures)
        ratios = [Ratio("requests a second of the slowest", slowest, at_least=200), _memory(process)]
    return Result("sandbox requests, 8 connections", figures, ratios)


def _months(state: Path, scale: Scale) -> Result:
    """A year of monthly renewals with their invoices, payments and events."""
    with sandbox_process(state, START) as process:
        client = Client(process.url)
        price = client.price()
        for number in range(scale.subscriptions):
            client.subscribe(client.customer(number)["id"], price)
        started = time.perf_counter()
        works = client.post("/_sandbox/clock", advance=YEAR_DAYS * 86_400)["works"]
        seconds = time.perf_counter() - started
        months = scale.subscriptions * 12
        ratios = [
            Ratio("subscriptions", scale.subscriptions),
            Ratio("pieces of work", works),
            Ratio("seconds", seconds),
            Ratio("subscription months a second", months / seconds, at_least=40),
            _memory(process),
        ]
    return Result("sandbox, 12 months at once", [], ratios)


def _size(state: Path, scale: Scale) -> Result:
    """Many customers with cards, every second with a paid subscription; then lists of all kinds."""
    with sandbox_process(state, START) as process:
        client = Client(process.url)
        price, middle = client.price(), ""
        started = time.perf_counter()
        for number in range(scale.customers):
            made = client.customer(number)["id"]
            if number % 2 == 0:
                client.subscribe(made, price)
                middle = made if number <= scale.customers // 2 else middle
        seconds = time.perf_counter() - started
        loaded = process.peak_memory()
        lists = {
            "newest customers": "/v1/customers?limit=100",
            "customers from the middle on": f"/v1/customers?limit=100&starting_after={middle}",
            "customers by email": "/v1/customers?email=customer1%40example.com",
            "invoices of a customer": f"/v1/invoices?customer={middle}",
            "subscriptions of a price": f"/v1/subscriptions?price={price}&limit=10",
            "drafts, of which there are none": "/v1/invoices?status=draft",
            "events of a type": "/v1/events?type=invoice.paid&limit=100",
        }
        wanted = {name: _get(process, path) for name, path in lists.items()}
        figures = list(_in_turns(process, wanted, max(scale.requests // 20, 5), 1, 1).values())
        objects = sum(json.loads(_read(process, "/_sandbox/digest"))["counts"].values())
        ratios = [
            Ratio("customers", scale.customers),
            Ratio("objects", objects),
            Ratio("seconds to load", seconds),
            Ratio("objects a second", objects / seconds),
            Ratio("size of the file, MiB", state.stat().st_size / MEBIBYTE),
            Ratio("memory after loading, MiB", loaded / MEBIBYTE),
            Ratio("slowest list, p95 ms", max(one.p95 for one in figures)),
            _memory(process),
        ]
    return Result("sandbox, a large account", figures, ratios)


def _in_turns(
    process: Process, wanted: dict[str, bytes], requests: int, rounds: int, connections: int
) -> dict[str, Figures]:
    def contestant(message: bytes) -> Load:
        return run(process.url, [message] * requests, connections)

    return in_turns(rounds, {name: lambda _, sent=sent: contestant(sent) for name, sent in wanted.items()})


def _get(process: Process, path: str) -> bytes:
    return request(process.url + path, Authorization=f"Bearer {KEY}")


def _post(process: Process, path: str, **fields: str) -> bytes:
    body = urlencode(fields).encode()
    return request(process.url + path, "POST", body, Authorization=f"Bearer {KEY}", Content_Type=FORM)


def _read(process: Process, path: str) -> bytes:
    connection = http.client.HTTPConnection(urlsplit(process.url).netloc, timeout=3600)
    connection.request("GET", path)
    return connection.getresponse().read()


def _memory(process: Process) -> Ratio:
    return Ratio("peak memory, MiB", process.peak_memory() / MEBIBYTE, at_most=512)
