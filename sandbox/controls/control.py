"""The sandbox's own controls, under `/_sandbox/`. Bodies and answers are JSON; no key is asked for."""

import logging
import re
from typing import Any
from urllib.parse import parse_qsl

import orjson

from sandbox.application import Account
from sandbox.controls import dumping
from sandbox.controls.checks import checked, words
from sandbox.controls.table import DUMP, ROWS
from sandbox.jsons import Json, dumps
from sandbox.protocol.errors import StripeError, invalid
from sandbox.protocol.wire import Request, Response

log = logging.getLogger("sandbox")
PREFIX = "/_sandbox/"


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
        except Exception:
            log.exception("control %s %s failed", request.method, request.path)
            return Response(500, dumps(StripeError(500, "api_error", "The control failed.").body("req_control")))

    def _done(self, request: Request, name: str) -> Any:
        for method, pattern, action in self.rows:
            match = pattern.match(name)
            if match and method == request.method:
                return action(self.account, _given(request), *match.groups())
        raise _no_such(request)

    def _dump(self, request: Request) -> Response:
        given = checked(dict(parse_qsl(request.query)), {"type": words})
        parts = dumping.snapshot(self.account.store, given.get("type"))
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
