"""One request: authentication, version, faults, idempotency, one transaction, the answer."""

import itertools
import logging
import threading
from dataclasses import dataclass
from typing import Any

from sandbox import API_VERSION, faults, forms, idempotency, ids
from sandbox.authentication import authenticate
from sandbox.clock import Clock
from sandbox.context import Context
from sandbox.delivery import Delivery
from sandbox.engine import Engine
from sandbox.errors import StripeError, invalid
from sandbox.expand import Expander
from sandbox.jsons import Json, dumps
from sandbox.params import EXPAND, checked
from sandbox.router import Route, Router
from sandbox.store import Store
from sandbox.wire import Request, Response

log = logging.getLogger("sandbox")


@dataclass
class Account:
    """Everything of one running sandbox."""

    store: Store
    clock: Clock
    settings: Json
    engine: Engine
    delivery: Delivery
    faults: faults.Faults
    secret_key: str | None = None


class Application:
    """Answers `/v1/...` requests."""

    def __init__(self, account: Account, router: Router, expander: Expander) -> None:
        self.account, self.router, self.expander = account, router, expander
        self.keys = idempotency.KeysInUse()
        self._requests = itertools.count(1)
        self._context_lock = threading.Lock()

    def answer(self, request: Request) -> Response:
        request_id = "req_" + ids.token("request", next(self._requests), 14)
        headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION, "Original-Request": request_id}
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        if key:
            headers["Idempotency-Key"] = key
        try:
            response = self._admitted(request, request_id, key)
        except StripeError as refused:
            response = self._refusal(refused, request_id)
        except Exception:
            log.exception("request %s failed", request_id)
            response = self._refusal(StripeError(500, "api_error", "The sandbox failed."), request_id)
        response.headers = {**headers, **response.headers}
        return response

    def _refusal(self, refused: StripeError, request_id: str) -> Response:
        return Response(refused.status, dumps(refused.body(request_id)), dict(refused.headers))

    def _admitted(self, request: Request, request_id: str, key: str | None) -> Response:
        authenticate(request.headers.get("authorization"), self.account.secret_key)
        version = request.headers.get("stripe-version", API_VERSION)
        if version != API_VERSION:
            raise invalid(f"Invalid Stripe API version: {version}. This sandbox speaks {API_VERSION}.")
        if key and len(key) > 255:
            raise invalid("Idempotency-Key may have at most 255 characters.")
        route, path = self.router.find(request.method, request.path)
        fault = self.account.faults.take(route.name, f"{request.method} {request.path}")
        with self.keys.hold(key):
            if fault and fault.kind == "error_500" and key:
                return self._stored_500(request, request_id, key)
            broken = faults.before(fault)
            if broken:
                return broken
            self.account.engine.catch_up()
            response = self._performed(request, route, path, request_id, key)
        if fault and fault.kind == "drop_response":
            return Response(response.status, break_connection="close")
        return response

    def _stored_500(self, request: Request, request_id: str, key: str) -> Response:
        error = StripeError(500, "api_error", "An unknown error occurred (an injected fault).")
        body = dumps(error.body(request_id))
        mark = idempotency.fingerprint(request.method, request.path, request.body)
        with self.account.store.transaction():
            known = idempotency.recall(self.account.store, key, mark, self.account.clock.now)
            if known:
                return _replayed(known)
            idempotency.remember(self.account.store, key, mark, self.account.clock.now, 500, body)
        return Response(500, body)

    def _performed(
        self, request: Request, route: Route, path: dict[str, str], request_id: str, key: str | None
    ) -> Response:
        if request.method == "GET":
            ctx = self._context(forms.decode(request.query), route, path, request_id, None)
            with self.account.store.lock:
                ctx.settle()
                return Response(200, self._body(ctx, route))
        mark = idempotency.fingerprint(request.method, request.path, request.body)
        with self.account.store.lock:
            if key:
                known = idempotency.recall(self.account.store, key, mark, self.account.clock.now)
                if known:
                    return _replayed(known)
            given = forms.decode(request.body.decode("utf-8", "replace") or request.query)
            ctx = self._context(given, route, path, request_id, key)
            ctx.guarded = True
            response = self._written(ctx, route, mark)
        self.account.delivery.wake()
        return response

    def _context(self, given: Json, route: Route, path: dict[str, str], request_id: str, key: str | None) -> Context:
        params = checked({**route.spec, **EXPAND}, given)
        account = self.account
        return Context(account.store, account.clock.now, account.settings, params, path, request_id, key)

    def _written(self, ctx: Context, route: Route, mark: bytes) -> Response:
        """Runs the operation and keeps its answer, in one transaction."""
        status, headers, kept = 200, {}, True
        with ctx.store.transaction():
            ctx.request_id = ctx.new_request_id()
            try:
                with ctx.store.attempt():
                    ctx.settle()
                    body = self._body(ctx, route)
            except StripeError as refused:
                status, headers = refused.status, dict(refused.headers)
                body = dumps(refused.body(ctx.request_id or ""))
                kept = not refused.is_validation
            if ctx.idempotency_key and kept:
                idempotency.remember(ctx.store, ctx.idempotency_key, mark, ctx.account_now, status, body)
        headers["Request-Id"] = ctx.request_id or ""
        return Response(status, body, headers)

    def _body(self, ctx: Context, route: Route) -> bytes:
        answer: Any = route.operation(ctx)
        return dumps(self.expander.apply(ctx, answer, ctx.param("expand", [])))


def _replayed(known: tuple[int, bytes]) -> Response:
    return Response(known[0], known[1], {"Idempotent-Replayed": "true"})
