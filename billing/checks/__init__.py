"""Mistakes of operators, found before the first request: `manage.py check`, with `--database default` for the rest.

Each has an id, says what is wrong and hints at what to do. `docs/configuration.md` lists them.
"""

from billing.checks import broker, cache, catalog, hardening, secrets, signin, stripe_keys

__all__ = ["broker", "cache", "catalog", "hardening", "secrets", "signin", "stripe_keys"]
