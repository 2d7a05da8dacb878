"""The sandbox's own controls, under `/_sandbox/`. Bodies and answers are JSON; no key is asked for."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import orjson

from sandbox import dumping, failures
from sandbox.application import Account
from sandbox.errors import StripeError, invalid
from sandbox.faults import KINDS, Fault
from sandbox.jsons import Json, dumps
from sandbox.provoking import dispute, fail_payout, fail_refund, settle_debit
from sandbox.settings import DEFAULTS
from sandbox.staging import authenticate, endpoint, trigger
from sandbox.wire import Request, Response

LONGEST_ADVANCE = 100 * 366 * 86_400


class Control:
    """Answers `/_sandbox/...` requests."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.actions: dict[tuple[str, str], Callable[[Json], Any]] = {
            ("GET", "clock"): self.read_clock,
            ("POST", "clock"): self.move_clock,
            ("POST", "reset"): self.reset,
            ("GET", "digest"): lambda given: dumping.digest(account.store),
            ("GET", "faults"): self.list_faults,
            ("POST", "faults"): self.add_fault,
            ("DELETE", "faults"): self.clear_faults,
            ("GET", "deliveries"): lambda given: account.delivery.counts(),
            ("POST", "deliveries"): self.set_deliveries,
            ("GET", "settings"): lambda given: account.settings,
            ("POST", "settings"): self.set_settings,
            ("POST", "trigger"): lambda given: trigger(account, given),
            ("POST", "authenticate"): lambda given: authenticate(account, given),
            ("POST", "dispute"): lambda given: dispute(account, given),
            ("POST", "fail_payout"): lambda given: fail_payout(account, given),
            ("POST", "fail_refund"): lambda given: fail_refund(account, given),
            ("POST", "settle_debit"): lambda given: settle_debit(account, given),
            ("POST", "endpoints"): lambda given: endpoint(account, given),
            ("GET", "health"): self.read_health,
        }

    def answer(self, request: Request) -> Response:
        name = request.path.removeprefix("/_sandbox/").strip("/")
        try:
            if (request.method, name) == ("GET", "dump"):
                kind = parse_qs(request.query).get("type", [None])[0]
                parts = dumping.lines(self.account.store, kind)
                return Response(200, parts=parts, content_type="application/x-ndjson")
            action = self.actions.get((request.method, name))
            if action is None:
                raise invalid(f"No such control: {request.method} {request.path}", status=404)
            return Response(200, dumps(action(_given(request))))
        except StripeError as refused:
            return Response(refused.status, dumps(refused.body("req_control")))
        except (ValueError, TypeError, KeyError) as malformed:
            return Response(400, dumps(invalid(f"Malformed: {malformed}").body("req_control")))

    def read_clock(self, given: Json) -> Json:
        clock = self.account.clock
        return {"now": clock.now, "following_wall": clock.following_wall}

    def move_clock(self, given: Json) -> Json:
        """{"now": unix} or {"advance": seconds}: lives through to that moment; {"follow_wall": true|false}."""
        account, clock = self.account, self.account.clock
        if given.get("follow_wall"):
            account.engine.follow_wall()
            return self.read_clock(given)
        target = clock.now + int(given["advance"]) if "advance" in given else int(given.get("now", clock.now))
        if not clock.now <= target <= clock.now + LONGEST_ADVANCE:
            raise invalid("The clock only moves forward, by at most 100 years.", "now")
        with account.store.transaction():
            clock.fix(account.store, clock.now if clock.fixed is None else clock.fixed)
        with account.store.lock:
            known = failures.last(account.store)
        done = account.engine.live_through(target)
        with account.store.lock:
            failed = failures.newest(account.store, known)
        return {**self.read_clock(given), "works": done, "failed": failed}

    def read_health(self, given: Json) -> Json:
        """Whether all due work could be done; `failed` counts what could not, `failures` are the newest of them."""
        store = self.account.store
        with store.lock:
            failed, newest = failures.count(store), failures.newest(store)
        return {"status": "failing" if failed else "ok", "failed": failed, "failures": newest}

    def reset(self, given: Json) -> Json:
        """Empties everything; {"clock": unix} sets the clock (else it follows the wall), {"seed": text} the ids."""
        account = self.account
        account.faults.clear()
        account.delivery.forget()
        with account.store.transaction():
            account.store.clear()
            account.settings.clear()
            account.settings.update(DEFAULTS)
            account.settings["seed"] = str(given.get("seed", DEFAULTS["seed"]))
            account.store.set_note("settings", account.settings)
            account.clock.restart(account.store, given.get("clock"))
        account.store.shrink()
        return self.read_clock(given)

    def list_faults(self, given: Json) -> Json:
        return {"faults": [vars(fault) for fault in self.account.faults.listed()]}

    def add_fault(self, given: Json) -> Json:
        if given.get("kind") not in KINDS:
            raise invalid(f"kind must be one of {', '.join(KINDS)}", "kind")
        self.account.faults.add(
            Fault(
                operation=str(given.get("operation", "*")),
                kind=given["kind"],
                count=int(given.get("count", 1)),
                retry_after=given.get("retry_after"),
                seconds=float(given.get("seconds", 30)),
            )
        )
        return self.list_faults(given)

    def clear_faults(self, given: Json) -> Json:
        self.account.faults.clear()
        return self.list_faults(given)

    def set_deliveries(self, given: Json) -> Json:
        """{"pause": bool}, {"deliver": "now"}, and the options `duplicate`, `lose`, `shuffle`, `retry_base`,
        `retry_cap`, `max_attempts`, `seed`."""
        options = self.account.delivery.options
        for name in ("pause", "duplicate", "lose", "shuffle", "retry_base", "retry_cap", "max_attempts"):
            if name in given:
                setattr(options, name, type(getattr(options, name))(given[name]))
        if "seed" in given:
            options.chance.seed(given["seed"])
        if given.get("deliver") == "now":
            self.account.delivery.deliver_now()
        self.account.delivery.wake()
        return self.account.delivery.counts()

    def set_settings(self, given: Json) -> Json:
        unknown = given.keys() - DEFAULTS.keys()
        if unknown:
            raise invalid(f"No such setting: {', '.join(sorted(unknown))}")
        with self.account.store.transaction():
            self.account.settings.update(given)
            self.account.store.set_note("settings", self.account.settings)
        return self.account.settings


def _given(request: Request) -> Json:
    if not request.body:
        return {}
    try:
        given = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        raise invalid("The body of a control is a JSON object.")
    return given
