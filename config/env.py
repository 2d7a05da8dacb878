"""The only reader of the process environment.

Every variable may also be given as `NAME_FILE`, the path of a file that holds the value (Docker and
Kubernetes secrets). Surrounding white space of a file's content is dropped; a signing secret pasted with a
trailing newline is the most common cause of failing webhooks.
"""

import os
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environ import Env

_POSTGRESQL = ("postgres://", "postgresql://", "psql://", "pgsql://")

__all__ = ["amounts", "database", "flag", "integer", "text", "words"]


def _value(name: str) -> str | None:
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE: cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError:  # its message, and so a traceback, would show the secret
        raise ImproperlyConfigured(f"{name}_FILE: cannot read {path}: it is not text in UTF-8") from None


def text(name: str, default: str | None = None) -> str:
    """The variable's value. An empty one counts as not given; without a default, that stops the start.

    Raises ImproperlyConfigured, naming the variable.
    """
    value = _value(name) or default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. See .env.example for what it means.")
    return value


def flag(name: str, default: bool) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off. Anything else stops the start."""
    value = text(name, str(default)).strip().lower()
    if value in Env.BOOLEAN_TRUE_STRINGS:
        return True
    if value in ("0", "false", "no", "off", "f", "n"):
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; write true or false.")


def integer(name: str, default: int, *, minimum: int = 0) -> int:
    """A whole number of at least `minimum`."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number.") from None
    if number < minimum:
        raise ImproperlyConfigured(f"{name} is {number}; the least is {minimum}.")
    return number


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list without empty entries."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def amounts(name: str, default: str) -> dict[str, int]:
    """Minor units by lower-case currency: "usd:5000,eur:5000"."""
    found: dict[str, int] = {}
    for word in words(name, default):
        currency, _, amount = word.partition(":")
        code = currency.strip().lower()
        if not re.fullmatch("[a-z]{3}", code) or not re.fullmatch("[0-9]{1,15}", amount.strip()) or code in found:
            raise ImproperlyConfigured(f"{name} has {word!r}; write each currency once, as usd:5000 in minor units.")
        found[code] = int(amount)
    return found


def database(url: str, name: str) -> dict[str, object]:
    """Django's database settings from a URL. Only PostgreSQL is taken: see docs/configuration.md."""
    if not url.startswith(_POSTGRESQL):  # looked at first: the parser warns of others with the password in it
        raise ImproperlyConfigured(f"{name} must be a postgres:// URL; PostgreSQL 15 or newer is the only database.")
    return {**Env.db_url_config(url), "ENGINE": "audit.database"}


def cache(url: str) -> dict[str, object]:
    """Django's cache settings from a URL: rediscache://…, redis://… or dbcache://table."""
    return dict(
        Env.cache_url_config(url.replace("redis://", "rediscache://", 1) if url.startswith("redis://") else url)
    )


def email(url: str) -> dict[str, object]:
    """Django's mail settings (EMAIL_HOST and so on) from a URL such as smtp+tls://user:pass@host:587."""
    return dict(Env.email_url_config(url))
