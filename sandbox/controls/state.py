"""The state as a whole: its health, digest and settings, and emptying it."""

from sandbox import dumping, failures
from sandbox.application import Account
from sandbox.controls import clock
from sandbox.controls.checks import checked, choice, like, nullable, several, whole, words
from sandbox.jsons import Json
from sandbox.settings import DEFAULTS

_RESET = {"clock": nullable(whole(0)), "seed": words}
SETTINGS = {
    "finalize_after": whole(0, 30 * 86_400),
    "retry_days": several(whole(1, 365), 20),
    "after_retries": choice("canceled", "unpaid", "past_due"),
    "upcoming_days": whole(0, 60),
    "business_name": words,
    "country": words,
    "default_currency": words,
    "seed": words,
    "public_url": nullable(words),
    "payout_interval": choice("daily", "manual"),
}
"""What each setting may be; those that other areas add are taken as they are given, of the type of their default."""


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


def read_settings(account: Account, given: Json) -> Json:
    return account.settings


def set_settings(account: Account, given: Json) -> Json:
    given = checked(given, {**{name: like(value) for name, value in DEFAULTS.items()}, **SETTINGS})
    with account.store.transaction():
        account.settings.update(given)
        account.store.set_note("settings", account.settings)
    return account.settings
