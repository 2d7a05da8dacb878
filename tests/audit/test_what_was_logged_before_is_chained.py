"""An installation that has a log already keeps it: the migration gives each entry its place."""

import json
from collections.abc import Callable
from importlib import import_module

import psycopg

from audit.models import AuditEntry
from tests.audit.ledger import verified

CHAIN = import_module("audit.migrations.0006_only_by_the_chain").CHAIN_WHAT_WAS_THERE
BEFORE = """CREATE TABLE audit_unchained (
    id bigint, organization_id bigint, action varchar, actor_kind varchar, actor_id varchar, target_type varchar,
    target_id varchar, before jsonb, after jsonb, reason text, request_id varchar, ip_address inet, source varchar,
    created_at timestamptz
)"""
"""As the table was before the chain."""
ROWS = 2500


def fill(owner: psycopg.Connection) -> None:
    owner.execute(BEFORE)
    owner.execute(
        "INSERT INTO audit_unchained SELECT n * 3, nullif(n %% 3, 0), 'invoice.paid', 'staff', '7', 'invoice',"
        " 'in_' || n, '{}', %s, CASE n %% 2 WHEN 0 THEN 'why' ELSE '' END, 'req_' || n,"
        " CASE n %% 2 WHEN 0 THEN inet '192.0.2.1' END, 'web', timestamptz '2026-01-01 00:00:00.5Z'"
        " + n * interval '1 s'"
        f" FROM generate_series({ROWS}, 1, -1) AS n",
        [json.dumps({"email": "a@x.com", "amount": 1.5, "token": "t"})],
    )


def test_in_its_order_with_its_details(committing: str, database_urls: Callable[[str], str]):
    with psycopg.connect(database_urls("app_owner")) as owner:
        fill(owner)
        owner.execute(CHAIN)
        assert owner.execute("SELECT to_regclass('audit_unchained')").fetchone() == (None,)
    assert verified().intact
    assert verified().entries == ROWS
    entries = AuditEntry.objects.filter(organization_id=2).order_by("sequence")
    assert [entry.target_id for entry in entries[:3]] == ["in_2", "in_5", "in_8"]
    first, second = entries[:2]
    assert (first.reason, first.ip_address, second.reason, second.ip_address) == ("why", "192.0.2.1", "", None)
    assert first.after == {"email": "a@x.com", "amount": "1.5", "token": "[redacted]"}
    assert first.created_at.isoformat() == "2026-01-01T00:00:02.500000+00:00"
    assert (first.request_id, first.actor_kind, first.source) == ("req_2", "staff", "web")


def test_an_empty_log_stays_empty(committing: str, database_urls: Callable[[str], str]):
    with psycopg.connect(database_urls("app_owner")) as owner:
        owner.execute(BEFORE)
        owner.execute(CHAIN)
    assert not AuditEntry.objects.exists()
