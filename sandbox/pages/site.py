"""Answers requests for pages, as the application answers those of the API."""

import logging
import re
from collections.abc import Callable
from urllib.parse import parse_qsl

from sandbox.application import Account
from sandbox.context import Context
from sandbox.pages.layout import response, simple
from sandbox.pages.replies import Page, Redirect, Reply
from sandbox.pages.visits import View, Visit
from sandbox.protocol.errors import StripeError, invalid
from sandbox.protocol.wire import Request, Response

log = logging.getLogger("sandbox")
MAX_FIELDS = 500
Answer = Callable[[Request], Response]


class Site:
    """`views` maps path templates to what answers them."""

    def __init__(self, account: Account, views: dict[str, View]) -> None:
        self.account = account
        self.patterns = [(_compiled(template), view) for template, view in views.items()]

    def serves(self, path: str) -> bool:
        return any(pattern.match(path) for pattern, _ in self.patterns)

    def answer(self, request: Request) -> Response:
        try:
            return response(self._reply(request))
        except StripeError as refused:
            title = "Not found" if refused.status == 404 else "That did not work"
            return response(simple(title, refused.message, status=refused.status, business=self._business()))
        except Exception:
            log.exception("page %s failed", request.path)
            return response(simple("That did not work", "The sandbox failed.", status=500, business=self._business()))

    def _business(self) -> str:
        return str(self.account.settings["business_name"])

    def _reply(self, request: Request) -> Reply:
        view, path = self._found(request.path)
        if request.method not in ("GET", "POST"):
            raise invalid(f"{request.method} is not possible here.", status=405)
        self.account.engine.catch_up()
        return self._shown(view, path, request) if request.method == "GET" else self._done(view, path, request)

    def _found(self, path: str) -> tuple[View, dict[str, str]]:
        for pattern, view in self.patterns:
            match = pattern.match(path)
            if match:
                return view, match.groupdict()
        raise invalid("There is no such page.", status=404)

    def _visit(self, path: dict[str, str], fields: str, posted: bool) -> Visit:
        account = self.account
        ctx = Context(account.store, account.clock.now, account.settings, {}, path, guarded=posted)
        ctx.settle()
        return Visit(ctx, path, _fields(fields), posted)

    def _shown(self, view: View, path: dict[str, str], request: Request) -> Reply:
        with self.account.store.lock:
            return view(self._visit(path, request.query, posted=False))

    def _done(self, view: View, path: dict[str, str], request: Request) -> Reply:
        """One transaction. What a view refuses by raising is undone, but for the traces of a declined payment."""
        with self.account.store.transaction():
            refused: StripeError | None = None
            reply: Reply = Redirect(request.path)
            visit = self._visit(path, request.body.decode("utf-8", "replace"), posted=True)
            try:
                with self.account.store.attempt():
                    reply = view(visit)
                    visit.ctx.tell()
            except StripeError as error:
                refused = error
            if refused is not None:
                again = self._visit(path, request.query, posted=False)
                again.fields, again.error = visit.fields, refused.message
                reply = view(again)
                reply = _with_status(reply, refused.status)
        self.account.delivery.wake()
        return reply


def _with_status(reply: Reply, status: int) -> Reply:
    if isinstance(reply, Page):
        reply.status = status
    return reply


def _compiled(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[A-Za-z0-9_]+)", template) + r"/?\Z")


def _fields(raw: str) -> dict[str, str]:
    """Fields of a form or query by name; the last of a name counts. NUL characters are dropped."""
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise invalid(f"A form may have at most {MAX_FIELDS} fields.") from None
    return {name: value.replace("\0", "")[:5000] for name, value in pairs}
