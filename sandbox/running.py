"""One running sandbox: its parts, put together, with their threads."""

import threading

from sandbox.advancing import Advancing
from sandbox.application import Account, Application
from sandbox.controls.control import Control
from sandbox.engine import Engine
from sandbox.faults.faults import Faults
from sandbox.jsons import Json
from sandbox.operations.expand import Expander
from sandbox.operations.router import Router
from sandbox.pages.site import Site
from sandbox.pages.views import VIEWS
from sandbox.protocol import addresses
from sandbox.protocol.urls import web_url
from sandbox.protocol.wire import Request, Response
from sandbox.routes import INCLUDES, routes
from sandbox.server import Server
from sandbox.settings import DEFAULTS
from sandbox.state.clock import Clock
from sandbox.state.store import Store
from sandbox.webhooks.delivery import Delivery
from sandbox.works import WORKS


class Sandbox:
    """Listens from the start; answers after `start()`. `stop()` ends it within a second."""

    def __init__(
        self,
        state: str,
        host: str = "127.0.0.1",
        port: int = 0,
        secret_key: str | None = None,
        clock: int | None = None,
        seed: str | None = None,
    ) -> None:
        self.host = host
        self.public_url: str | None = None
        self.server = Server(host, port, self.answer)
        store = Store(state)
        settings = _settings(store, seed)
        timepiece = Clock(store, clock)
        engine, delivery = Engine(store, timepiece, settings, WORKS), Delivery(store, timepiece)
        engine.on_commit = delivery.wake
        delivery.published = self.published
        self.advancing = Advancing(engine)
        self.account = Account(store, timepiece, settings, engine, delivery, Faults(), secret_key)
        self.application = Application(self.account, Router(routes()), Expander(INCLUDES))
        self.site = Site(self.account, VIEWS)
        self.control = Control(self.account)

    @property
    def port(self) -> int:
        return self.server.port

    def answer(self, request: Request) -> Response:
        response = self._handler(request).answer(request)
        response.body = self.published(response.body)
        if "Location" in response.headers:
            response.headers["Location"] = self.published(response.headers["Location"].encode()).decode()
        return response

    def _handler(self, request: Request) -> Control | Application | Site:
        if request.path.startswith("/_sandbox/"):
            return self.control
        if request.path.startswith("/v1/") or not self.site.serves(request.path):
            return self.application
        return self.site

    def published(self, body: bytes) -> bytes:
        """As it leaves the sandbox: with the addresses of its own pages."""
        known = self.account.settings["public_url"] or self.public_url
        return addresses.published(body, known or addresses.listening(self.host, self.port))

    def set_public_url(self, url: str | None) -> None:
        """Where browsers reach it, as long as no setting says otherwise; raises for what is no address."""
        self.public_url = web_url(url, "public_url").rstrip("/") if url else None

    def start(self) -> None:
        self.account.delivery.start()
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        threading.Thread(target=self.account.engine.run, daemon=True).start()
        self.advancing.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.account.engine.stop()
        self.account.delivery.stop()
        self.account.store.close()


def _settings(store: Store, seed: str | None) -> Json:
    """Those of the state file, or the defaults with the seed."""
    with store.transaction():
        settings: Json = store.note("settings") or {**DEFAULTS, "seed": seed or DEFAULTS["seed"]}
        store.set_note("settings", settings)
    return {**DEFAULTS, **settings}
