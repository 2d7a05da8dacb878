"""Whoever owns the database can change it; nobody can change the log without being found, and where."""

import os
import random
from collections.abc import Iterator

import pytest
from django.db import transaction

from audit.models import AuditEntry, ChainNode
from audit.record import record
from audit.verification import plan
from tests.audit import tampering
from tests.audit.ledger import TABLES, Superuser, found, superuser, verified, write

LENGTH = 12
CHAINS = (0, 7, 8)
SEED = 20261130
TIMES = int(os.environ.get("AUDIT_TAMPERINGS", "60"))
"""AUDIT_TAMPERINGS=1000 is the long form."""


@pytest.fixture
def log(committing: str) -> str:
    for chain in CHAINS:
        write(LENGTH, chain or None)
    assert verified().intact
    return committing


@pytest.fixture
def owner(log: str) -> Iterator[Superuser]:
    with superuser(log) as owner:
        yield owner


def test_at_random_and_each_time_exactly_there(owner: Superuser):
    chance = random.Random(SEED)
    for _ in range(TIMES):
        tamper, chain = chance.choice(tampering.ALL), chance.choice(CHAINS)
        expected = tamper(owner.db, chance, chain, LENGTH)
        owner.db.commit()
        assert found() == [(chain, expected)], tamper.__name__
        owner.restore()
    assert verified().intact


@pytest.mark.parametrize("column", sorted(tampering.COLUMNS))
def test_a_change_of_each_column(owner: Superuser, column: str):
    changed = f"UPDATE audit_auditentry SET {column} = {tampering.COLUMNS[column]} WHERE chain = 7 AND sequence = 5"
    assert owner.db.execute(changed).rowcount == 1
    owner.db.commit()
    assert found() == [(7, 5)]


def test_every_column_is_among_them():
    columns = {field.column for field in AuditEntry._meta.concrete_fields}
    assert columns - {"chain", "sequence"} == set(tampering.COLUMNS)


def test_a_whole_chain_that_goes(owner: Superuser):
    for table in TABLES:
        owner.db.execute(f"DELETE FROM {table} WHERE chain = 7")
    owner.db.commit()
    assert verified().intact, "only an anchor knows that it was there"


def test_a_detail_that_was_put_beside_an_entry_without_any(log: str):
    with transaction.atomic():
        record("audit.tested", target=("audit", "x"), organization_id=None)
    with superuser(log) as owner:
        owner.db.execute(
            "INSERT INTO audit_personaldetail SELECT chain, %s, key, content FROM audit_personaldetail"
            " WHERE chain = 0 AND sequence = 1",
            [LENGTH + 1],
        )
        owner.db.commit()
        assert found() == [(0, LENGTH + 1)]


def test_a_detail_beside_no_entry(owner: Superuser):
    owner.db.execute(
        "INSERT INTO audit_personaldetail SELECT chain, 99, key, content FROM audit_personaldetail LIMIT 1"
    )
    owner.db.commit()
    assert [sequence for _, sequence in found()] == [99]


def test_columns_that_pretend_to_be_the_content(owner: Superuser):
    """Its beginning is compared as one text: two columns that share it out in another way must not pass."""
    owner.db.execute(
        """UPDATE audit_auditentry SET action = 'invoice.created","actor":{"id":"7', actor_id = 'x' WHERE chain = 7"""
    )
    owner.db.commit()
    assert found() == [(7, 1)]


def test_the_reason_is_said(owner: Superuser):
    owner.db.execute("UPDATE audit_auditentry SET source = 'web' WHERE chain = 7 AND sequence = 5")
    owner.db.execute("DELETE FROM audit_personaldetail WHERE chain = 8 AND sequence = 3")
    owner.db.commit()
    assert [(fault.chain, fault.why) for fault in verified().faults] == [
        (7, "its column source differs from its content"),
        (8, "its personal details are missing, and no entry says that they were erased"),
    ]


def test_one_chain_alone_can_be_asked_for(owner: Superuser):
    owner.db.execute("DELETE FROM audit_auditentry WHERE sequence = 5 AND chain IN (7, 8)")
    owner.db.commit()
    assert found(chain=8) == [(8, 5)]
    assert found(chain=0) == []
    assert found() == [(7, 5), (8, 5)]


@pytest.fixture
def long_chain(committing: str) -> Iterator[Superuser]:
    """Long enough to have stored nodes: of 256 entries, and of 512."""
    write(700, 7)
    assert ChainNode.objects.filter(chain=7).count() == 3
    with superuser(committing) as owner:
        yield owner


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ("UPDATE audit_chainnode SET hash = sha256(hash) WHERE level = 8 AND position = 1", 257),
        ("DELETE FROM audit_chainnode WHERE level = 9", 1),
        ("INSERT INTO audit_chainnode VALUES (7, 8, 2, sha256(''))", 513),
        ("UPDATE audit_chainhead SET peaks[3] = sha256('')", 700),
        ("UPDATE audit_chainhead SET peaks = '{}'", 700),
    ],
)
def test_a_change_of_the_tree(long_chain: Superuser, change: str, first: int):
    """Proofs are made of it: one that was changed would prove nothing, or something else."""
    long_chain.db.execute(change)
    long_chain.db.commit()
    assert found() == [(7, first)]


def test_a_node_of_a_chain_that_is_too_short_for_any(owner: Superuser):
    owner.db.execute("INSERT INTO audit_chainnode VALUES (8, 8, 0, sha256(''))")
    owner.db.commit()
    assert found() == [(8, 1)]


@pytest.mark.parametrize("sequence", [1, 255, 256, 257, 512, 513, 700])
@pytest.mark.parametrize("change", ["DELETE FROM audit_auditentry", "UPDATE audit_auditentry SET hash = sha256(hash)"])
def test_at_the_edges_of_pieces(long_chain: Superuser, monkeypatch: pytest.MonkeyPatch, change: str, sequence: int):
    """A long log is read in pieces; a fault at an edge must not fall between two."""
    monkeypatch.setattr(plan, "PIECE", 256)
    long_chain.db.execute(f"{change} WHERE chain = 7 AND sequence = %s", [sequence])
    long_chain.db.commit()
    assert found() == [(7, sequence)]
    assert found(processes=2) == [(7, sequence)]
