"""What can be set about the account (`sandbox/settings.py`)."""

from sandbox.application import Account
from sandbox.controls.checks import checked, choice, like, nullable, several, whole, words
from sandbox.jsons import Json
from sandbox.protocol.urls import web_url
from sandbox.settings import DEFAULTS


def _address(value: object, name: str) -> str:
    return web_url(value, name).rstrip("/")


SETTINGS = {
    "finalize_after": whole(0, 30 * 86_400),
    "retry_days": several(whole(1, 365), 20),
    "after_retries": choice("canceled", "unpaid", "past_due"),
    "upcoming_days": whole(0, 60),
    "business_name": words,
    "country": words,
    "default_currency": words,
    "seed": words,
    "public_url": nullable(_address),
    "payout_interval": choice("daily", "manual"),
}
"""What each setting may be; those that other areas add are taken as they are given, of the type of their default."""


def read(account: Account, given: Json) -> Json:
    return account.settings


def change(account: Account, given: Json) -> Json:
    given = checked(given, {**{name: like(value) for name, value in DEFAULTS.items()}, **SETTINGS})
    with account.store.transaction():
        account.settings.update(given)
        account.store.set_note("settings", account.settings)
    return account.settings
