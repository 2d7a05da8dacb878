"""The sandbox's own controls: every answer is JSON, a bad value is a 400 that changes nothing, and all is listed."""

import http.client
import json
import random
import threading
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox.controls.table import ROWS
from tests.sandbox.living import areas
from tests.sandbox.scenes import DAY, Account

WITHOUT_ID = ("invoice.upcoming", "balance.available", "entitlements.active_entitlement_summary.updated")


def ask(account: Account, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    parts = urlsplit(account.url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
    try:
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        connection.request(method, f"/_sandbox/{path}", data)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "nothing"), ("PUT", "clock"), ("DELETE", "settings"), ("GET", "")]
)
def test_what_there_is_not_is_answered_with_what_there_is(account: Account, method: str, path: str) -> None:
    status, body = ask(account, method, path)
    assert status == 404
    assert "POST clock" in body["error"]["message"]
    assert all(f"{verb} {name}" in body["error"]["message"] for verb, name, _ in ROWS)


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("clock", {"advance": -1}, "advance"),
        ("clock", {"advance": True}, "advance"),
        ("clock", {"now": "tomorrow"}, "now"),
        ("clock", {"follow_wall": "yes"}, "follow_wall"),
        ("clock", {"backward": 1}, "backward"),
        ("settings", {"unicorns": 1}, "unicorns"),
        ("settings", {"finalize_after": -5}, "finalize_after"),
        ("settings", {"finalize_after": "soon"}, "finalize_after"),
        ("settings", {"finalize_after": 10, "retry_days": 3}, "retry_days"),
        ("settings", {"retry_days": [1, "x"]}, "retry_days[1]"),
        ("settings", {"after_retries": "explode"}, "after_retries"),
        ("settings", {"upcoming_days": None}, "upcoming_days"),
        ("deliveries", {"pause": "yes"}, "pause"),
        ("deliveries", {"lose": 7}, "lose"),
        ("deliveries", {"backoff": "moon"}, "backoff"),
        ("deliveries", {"max_attempts": 0}, "max_attempts"),
        ("deliveries", {"timeout": 0}, "timeout"),
        ("deliveries", {"deliver": "later"}, "deliver"),
        ("reset", {"clock": "now"}, "clock"),
        ("reset", {"everything": True}, "everything"),
        ("trigger", {}, "type"),
        ("trigger", {"type": "unicorn.created"}, "type"),
        ("trigger", {"type": "customer.created", "object": "cus_none"}, "object"),
        ("trigger", {"type": "customer.created", "overrides": [1]}, "overrides"),
        ("endpoints", {"url": "http://127.0.0.1:9/", "secret": "chosen"}, "secret"),
        ("endpoints", {"url": 5, "secret": "whsec_1"}, "url"),
        ("endpoints", {"url": "http://127.0.0.1:9/", "secret": "whsec_1", "enabled_events": "*"}, "enabled_events"),
        ("endpoints", {"url": "http://127.0.0.1:9/", "secret": "whsec_1", "colour": "red"}, "colour"),
    ],
)
def test_a_bad_value_is_400_and_changes_nothing(account: Account, path: str, body: dict, param: str) -> None:
    before = [account.control(name) for name in ("digest", "settings", "clock", "deliveries")]
    status, answer = ask(account, "POST", path, body)
    assert (status, answer["error"]["param"], answer["error"]["type"]) == (400, param, "invalid_request_error")
    assert [account.control(name) for name in ("digest", "settings", "clock", "deliveries")] == before


def test_no_control_breaks_whatever_it_is_told(account: Account) -> None:
    account.subscribe()
    chance = random.Random(4)
    ids = [entry["id"] for entry in account.dump()]
    words: list[Any] = [
        "",
        "x",
        -1,
        0,
        1.5,
        10**30,
        None,
        True,
        [],
        {},
        [1],
        {"a": 1},
        *ids[:5],
        "whsec_a",
        "customer.created",
    ]
    names = "now advance type object kind count rate permissions key url secret event endpoint charge payment_intent"
    names += " seed pause lose expires_in overrides customer coupon refund payout reason outcome"
    for _ in range(300):
        method, path, _ = chance.choice(ROWS)
        path = path.replace("{id}", chance.choice(ids)).replace("{key}", "rk_test_1")
        body = {name: chance.choice(words) for name in chance.sample(names.split(), 3)}
        status, answer = ask(account, method, path, body if method == "POST" else None)
        assert status < 500, (method, path, body, answer)
    account.control("reset", {"clock": 1_705_320_000})
    assert account.control("health")["status"] == "ok"


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff", b"1"])
def test_a_body_that_is_no_object_is_400(account: Account, body: bytes) -> None:
    assert ask(account, "POST", "settings", body)[0] == 400


@pytest.mark.parametrize("area", areas(), ids=lambda area: area.__name__.rpartition(".")[2])
def test_every_event_type_that_was_ever_emitted_can_be_triggered(area: Any, account: Account) -> None:
    area.live(account)
    types = {entry["type"] for entry in account.dump() if entry["object"] == "event"}
    for kind in sorted(types):
        event = account.control("trigger", {"type": kind})
        assert (event["type"], event["created"]) == (kind, account.now)
        assert ("id" in event["data"]["object"]) == (kind not in WITHOUT_ID)


def test_overrides_and_previous_attributes_change_the_event_alone(account: Account) -> None:
    customer = account.customer(card=None, name="A")
    event = account.control(
        "trigger",
        {
            "type": "customer.updated",
            "object": customer.id,
            "overrides": {"name": "B"},
            "previous_attributes": {"name": "A"},
        },
    )
    assert (event["data"]["object"]["name"], event["data"]["previous_attributes"]) == ("B", {"name": "A"})
    assert account.v1.customers.retrieve(customer.id).name == "A"


def test_a_dump_is_of_one_moment_while_writes_go_on(account: Account) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            account.v1.customers.create({"name": "A"})

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(10):
            dump = account.dump()
            created = {entry["data"]["object"]["id"] for entry in dump if entry.get("type") == "customer.created"}
            assert {entry["id"] for entry in dump if entry["object"] == "customer"} == created
    finally:
        stop.set()
        writer.join()


def test_a_dump_can_be_of_one_kind_and_a_digest_counts_all(account: Account) -> None:
    account.subscribe()
    account.advance(40 * DAY)
    status, one = ask(account, "GET", "dump?type=customer")
    assert (status, one["object"]) == (200, "customer")
    counts = account.control("digest")["counts"]
    dump = account.dump()
    assert counts == {kind: sum(entry["object"] == kind for entry in dump) for kind in counts}
    assert ask(account, "GET", "dump?kind=customer")[0] == 400
