"""One request: authentication, version, faults, idempotency, one transaction, the answer."""

import itertools
import logging
import threading
from dataclasses import dataclass, field
from typing import Any

from sandbox import API_VERSION, ids
from sandbox.context import Context
from sandbox.engine import Engine
from sandbox.faults import breaking
from sandbox.faults.fault import ALWAYS_AFTER, Fault
from sandbox.faults.fault_errors import error_of
from sandbox.faults.faults import Faults
from sandbox.jsons import Json, dumps
from sandbox.operations.expand import Expander
from sandbox.operations.router import Route, Router
from sandbox.permissions import permit
from sandbox.protocol import forms
from sandbox.protocol.authentication import authenticate
from sandbox.protocol.errors import StripeError, invalid
from sandbox.protocol.keys_in_use import KeysInUse
from sandbox.protocol.known import explained
from sandbox.protocol.params import EXPAND, checked
from sandbox.protocol.wire import Request, Response
from sandbox.state import idempotency, stream_sessions
from sandbox.state.clock import Clock
from sandbox.state.store import Store
from sandbox.webhooks.delivery import Delivery

log = logging.getLogger("sandbox")
PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, PUT, PATCH, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, Stripe-Version",
    "Access-Control-Max-Age": "300",
}


@dataclass
class Account:
    """Everything of one running sandbox."""

    store: Store
    clock: Clock
    settings: Json
    engine: Engine
    delivery: Delivery
    faults: Faults
    secret_key: str | None = None


class Application:
    """Answers `/v1/...` requests."""

    def __init__(self, account: Account, router: Router, expander: Expander) -> None:
        self.account, self.router, self.expander = account, router, expander
        self.keys = KeysInUse()
        self._requests = itertools.count(1)
        self._context_lock = threading.Lock()

    def answer(self, request: Request) -> Response:
        request_id = "req_" + ids.token("request", next(self._requests), 14)
        headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
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
        if key:
            response.headers.setdefault("Original-Request", response.headers["Request-Id"])
        return response

    def _refusal(self, refused: StripeError, request_id: str) -> Response:
        return Response(refused.status, dumps(refused.body(request_id)), dict(refused.headers))

    def _admitted(self, request: Request, request_id: str, key: str | None) -> Response:
        if request.method == "OPTIONS":
            return Response(200, headers=dict(PREFLIGHT))
        secret = self._secret(request)
        version = request.headers.get("stripe-version", API_VERSION)
        if version != API_VERSION:
            raise invalid(f"Invalid Stripe API version: {version}. This sandbox speaks {API_VERSION}.")
        if key and len(key) > idempotency.MAX_LENGTH:
            raise invalid(f"Idempotency-Key may have at most {idempotency.MAX_LENGTH} characters.")
        method = "GET" if request.method == "HEAD" else request.method
        route, path = self.router.find(method, request.path)
        permit(self.account.store, secret, route.method, route.template)
        fault = self.account.faults.take(route.name, f"{method} {request.path}")
        with self.keys.hold(key):
            return self._under(fault, Work(request, route, path, request_id, key))

    def _secret(self, request: Request) -> str:
        header = request.headers.get("authorization")
        if request.path == stream_sessions.PATH:
            return stream_sessions.check_token(self.account.store, header or "", self.account.clock.now)
        return authenticate(header, self.account.secret_key)

    def _under(self, fault: Fault | None, work: "Work") -> Response:
        """The answer, as far as a fault lets it be."""
        if fault and fault.kind == "error_500" and work.key and not fault.after:
            return self._stored_500(fault, work)
        broken = breaking.before(fault)
        if broken:
            return broken
        self.account.engine.catch_up()
        response = self._performed(work, fault)
        if fault and (fault.after or fault.kind in ALWAYS_AFTER):
            return breaking.broken(fault, response)
        return response

    def _stored_500(self, fault: Fault, work: "Work") -> Response:
        """A 500 that is kept under its key: asking again is of no use, and the answer says so."""
        body = dumps(error_of(fault).body(work.request_id))
        wanted = idempotency.asked(work.key or "", work.request.path, work.given)
        with self.account.store.transaction():
            now = self.account.clock.now
            known = idempotency.recall(self.account.store, wanted, now)
            if known:
                return _replayed(known)
            kept = idempotency.Answered(500, body, work.request_id)
            idempotency.remember(self.account.store, wanted, now, kept)
        return Response(500, body, {"Stripe-Should-Retry": "false"})

    def _performed(self, work: "Work", fault: Fault | None) -> Response:
        if work.route.method == "GET":
            ctx = self._context(work)
            with self.account.store.lock:
                ctx.settle()
                return Response(200, self._body(ctx, work.route))
        wanted = idempotency.asked(work.key, work.request.path, work.given) if work.key else None
        with self.account.store.lock:
            known = idempotency.recall(self.account.store, wanted, self.account.clock.now) if wanted else None
            if known:
                return _replayed(known)
            ctx = self._context(work)
            ctx.guarded = True
            response = self._written(ctx, work.route, wanted, fault)
        self.account.delivery.wake()
        return response

    def _context(self, work: "Work") -> Context:
        try:
            params = checked({**work.route.spec, **EXPAND}, work.given)
        except StripeError as refused:
            raise explained(refused, work.route.name) from None
        account = self.account
        return Context(account.store, account.clock.now, account.settings, params, work.path, work.request_id, work.key)

    def _written(self, ctx: Context, route: Route, wanted: idempotency.Asked | None, fault: Fault | None) -> Response:
        """Runs the operation and keeps its answer, in one transaction."""
        with ctx.store.transaction():
            ctx.request_id = ctx.new_request_id()
            kept = True
            try:
                with ctx.store.attempt():
                    ctx.settle()
                    response = Response(200, self._body(ctx, route))
            except StripeError as refused:
                response = self._refusal(refused, ctx.request_id)
                kept = not refused.is_validation
            if kept and fault and fault.after and fault.kind == "error_500":
                response = self._refusal(error_of(fault), ctx.request_id)
            if wanted and kept:
                answer = idempotency.Answered(response.status, response.body, ctx.request_id)
                idempotency.remember(ctx.store, wanted, ctx.account_now, answer)
        response.headers["Request-Id"] = ctx.request_id
        return response

    def _body(self, ctx: Context, route: Route) -> bytes:
        try:
            answer: Any = route.operation(ctx)
        finally:
            ctx.tell()
        return dumps(self.expander.apply(ctx, answer, ctx.param("expand", [])))


@dataclass
class Work:
    """A request that was let in, with its operation; its parameters are taken from query and body alike."""

    request: Request
    route: Route
    path: dict[str, str]
    request_id: str
    key: str | None
    given: Json = field(init=False)

    def __post_init__(self) -> None:
        self.given = forms.given(self.request)


def _replayed(known: idempotency.Answered) -> Response:
    headers = {"Idempotent-Replayed": "true", "Original-Request": known.request_id}
    if known.status >= 500:
        headers["Stripe-Should-Retry"] = "false"
    return Response(known.status, known.body, headers)
