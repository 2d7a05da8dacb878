"""Tables as new: each contestant of each round begins with none of its rows, and with what PostgreSQL knows of that."""

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import models

from billing.models import WebhookEvent
from tests.inbox.signups import TABLES

KEPT = {"account", "apikey", "webhookendpoint", "file"}
"""dj-stripe's own settings, which it would have to ask for again, and what they stand on."""


def empty_typed_tables() -> None:
    """The inbox, the snapshots, and all rows that are made of them."""
    _truncate([WebhookEvent, *TABLES])


def empty_djstripe() -> None:
    _truncate([one for one in apps.get_app_config("djstripe").get_models() if one._meta.model_name not in KEPT])


def forget_the_inbox() -> None:
    """Empty it, and let the planner believe that it stays so: nobody looks at the statistics again."""
    _truncate([WebhookEvent])
    with psycopg.connect(settings.DIRECT_URL, autocommit=True) as owner:
        owner.execute("ALTER TABLE billing_webhookevent SET (autovacuum_enabled = off)")
        owner.execute("ANALYZE billing_webhookevent")


def mind_the_inbox() -> None:
    with psycopg.connect(settings.DIRECT_URL, autocommit=True) as owner:
        owner.execute("ALTER TABLE billing_webhookevent RESET (autovacuum_enabled)")


def _truncate(tables: list[type[models.Model]]) -> None:
    """As the owner, and with what hangs on them."""
    names = ", ".join(f'"{one._meta.db_table}"' for one in tables)
    with psycopg.connect(settings.DIRECT_URL, autocommit=True) as owner:
        owner.execute(f"TRUNCATE {names} CASCADE")
