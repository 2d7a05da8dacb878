"""The state as a whole: its health and digest, and emptying it."""

from sandbox.application import Account
from sandbox.controls import clock, dumping
from sandbox.controls.checks import checked, nullable, whole, words
from sandbox.jsons import Json
from sandbox.settings import DEFAULTS
from sandbox.state import failures

_RESET = {"clock": nullable(whole(0)), "seed": words}


def health(account: Account, given: Json) -> Json:
    """Whether all due work could be done; `failed` counts what could not, `failures` are the newest of them."""
    with account.store.lock:
        failed, newest = failures.count(account.store), failures.newest(account.store)
    return {"status": "failing" if failed else "ok", "failed": failed, "failures": newest}


def digest(account: Account, given: Json) -> Json:
    return dumping.digest(account.store)


def reset(account: Account, given: Json) -> Json:
    """Empties everything; {"clock": unix} sets the clock (else it follows the wall), {"seed": text} the ids."""
    given = checked(given, _RESET)
    account.faults.clear()
    with account.store.transaction():
        account.store.clear()
        account.delivery.forget()
        account.settings.clear()
        account.settings.update(DEFAULTS)
        account.settings["seed"] = given.get("seed", DEFAULTS["seed"])
        account.store.set_note("settings", account.settings)
        account.clock.restart(account.store, given.get("clock"))
    account.store.shrink()
    return clock.read(account, given)
