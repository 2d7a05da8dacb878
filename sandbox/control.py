"""The sandbox's own controls, under `/_sandbox/`. Bodies and answers are JSON; no key is asked for."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import orjson

from sandbox import dumping, provoking, staging
from sandbox.application import Account
from sandbox.controls import clock, deliveries, endpoints, faults, keys, state
from sandbox.errors import StripeError, invalid
from sandbox.jsons import Json, dumps
from sandbox.wire import Request, Response

Action = Callable[..., Any]
PREFIX = "/_sandbox/"
ROWS: list[tuple[str, str, Action]] = [
    ("GET", "clock", clock.read),
    ("POST", "clock", clock.move),
    ("POST", "reset", state.reset),
    ("GET", "digest", state.digest),
    ("GET", "health", state.health),
    ("GET", "settings", state.read_settings),
    ("POST", "settings", state.set_settings),
    ("GET", "faults", faults.listed),
    ("POST", "faults", faults.add),
    ("DELETE", "faults", faults.clear),
    ("DELETE", "faults/{id}", faults.remove),
    ("GET", "keys", keys.listed),
    ("POST", "keys", keys.add),
    ("DELETE", "keys", keys.clear),
    ("DELETE", "keys/{key}", keys.remove),
    ("GET", "deliveries", deliveries.read),
    ("POST", "deliveries", deliveries.change),
    ("GET", "deliveries/attempts", deliveries.attempts),
    ("POST", "deliveries/resend", deliveries.resend),
    ("GET", "mishaps", deliveries.mishaps),
    ("POST", "mishaps", deliveries.add_mishap),
    ("DELETE", "mishaps", deliveries.clear_mishaps),
    ("DELETE", "mishaps/{id}", deliveries.remove_mishap),
    ("POST", "endpoints", endpoints.make),
    ("POST", "endpoints/{id}/roll", endpoints.roll),
    ("POST", "trigger", staging.trigger),
    ("POST", "authenticate", staging.authenticate),
    ("POST", "discounts", staging.discount),
    ("POST", "dispute", provoking.dispute),
    ("POST", "fail_payout", provoking.fail_payout),
    ("POST", "fail_refund", provoking.fail_refund),
    ("POST", "settle_debit", provoking.settle_debit),
]  # fmt: skip
DUMP = ("GET", "dump")


class Control:
    """Answers `/_sandbox/...` requests."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.rows = [(method, _pattern(path), action) for method, path, action in ROWS]

    def answer(self, request: Request) -> Response:
        name = request.path.removeprefix(PREFIX).strip("/")
        try:
            if (request.method, name) == DUMP:
                return self._dump(request)
            return Response(200, dumps(self._done(request, name)))
        except StripeError as refused:
            return Response(refused.status, dumps(refused.body("req_control")))
        except (ValueError, TypeError, KeyError) as malformed:
            return Response(400, dumps(invalid(f"Malformed: {malformed}").body("req_control")))

    def _done(self, request: Request, name: str) -> Any:
        for method, pattern, action in self.rows:
            match = pattern.match(name)
            if match and method == request.method:
                return action(self.account, _given(request), *match.groups())
        raise _no_such(request)

    def _dump(self, request: Request) -> Response:
        kind = dict(parse_qsl(request.query)).get("type")
        parts = dumping.lines(self.account.store, kind)
        return Response(200, parts=parts, content_type="application/x-ndjson")


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "([^/]+)", path) + r"\Z")


def _no_such(request: Request) -> StripeError:
    known = sorted(f"{method} {path}" for method, path, *_ in (*ROWS, DUMP))
    return invalid(f"No such control: {request.method} {request.path}. There are: {', '.join(known)}.", status=404)


def _given(request: Request) -> Json:
    """The body, or the query where there is none."""
    if not request.body:
        return dict(parse_qsl(request.query))
    try:
        given = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        raise invalid("The body of a control is a JSON object.")
    return given
