"""Secrets of second factors are sealed in their column, each for its own person (`audit.sealing`), and sealed again
when the key is rotated."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator

from audit.sealed_columns import Change, SealedColumn, register
from audit.sealed_field import place_of
from billing.models import User

TABLE, COLUMN = Authenticator._meta.db_table, "data"
SEALED_FIELDS = ("secret", "seed")
"""The members of `Authenticator.data` that are sealed: of an authenticator app, and of recovery codes."""

_owner: ContextVar[int | None] = ContextVar("owner_of_secrets", default=None)


class NobodysSecret(RuntimeError):
    """A secret was to be read or stored, and nobody is signed in or named by `secrets_of`."""


@contextmanager
def secrets_of(user: User) -> Iterator[None]:
    """What is sealed and unsealed inside belongs to `user`; elsewhere it belongs to the one who is signed in."""
    token = _owner.set(user.pk)
    try:
        yield
    finally:
        _owner.reset(token)


def place() -> str:
    """Where the secrets of the person lie. Raises NobodysSecret."""
    owner = _owner.get()
    if owner is None and context.request is not None and context.request.user.is_authenticated:
        owner = context.request.user.pk
    if owner is None:
        raise NobodysSecret("Name whose secret it is with `secrets_of`.")
    return place_for(owner)


def place_for(user_id: int) -> str:
    return place_of(TABLE, COLUMN, user_id)


def _walk(data: dict[str, Any], user_id: int, change: Change) -> dict[str, Any]:
    return data | {name: change(data[name], place_for(user_id)) for name in SEALED_FIELDS if name in data}


register(SealedColumn(TABLE, COLUMN, bound_to="user_id", walk=_walk))
