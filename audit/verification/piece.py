"""Reads and checks one piece of the log, on a connection of its own. Runs in processes that know no Django."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import pq
from psycopg.pq.abc import PGresult
from psycopg.sql import SQL, Literal

from audit import merkle
from audit.merkle import BLOCK, BLOCK_LEVEL, Peaks
from audit.verification import row

Place = tuple[int, int]
"""(chain, sequence)."""
FIRST: Place = (-(2**63), -(2**63))
LAST: Place = (2**63 - 1, 2**63 - 1)
GENESIS = bytes(32)

READ = """COPY (
    SELECT {columns} FROM audit_auditentry AS entry LEFT JOIN (
        SELECT * FROM audit_personaldetail
        WHERE (chain, sequence) > ({after_chain}, {after_sequence}) AND (chain, sequence) <= ({to_chain}, {to_sequence})
    ) AS detail ON detail.chain = entry.chain AND detail.sequence = entry.sequence
    WHERE (entry.chain, entry.sequence) > ({after_chain}, {after_sequence})
        AND (entry.chain, entry.sequence) <= ({to_chain}, {to_sequence})
    ORDER BY entry.chain, entry.sequence
) TO STDOUT"""
IN_ORDER = """SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_hashjoin = off;
SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off"""
"""Both indexes have the order that is wanted; a sort would write the whole log to disk once more."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The entries after one place up to another, and in which chains details up to which sequence were erased."""

    after: Place
    to: Place
    erased: dict[int, list[tuple[int, int, int]]]


@dataclass(slots=True)
class Run:
    """What was read of one chain: up to where it is good, and what its tree consists of there."""

    chain: int
    first: int
    last: int
    hash: bytes
    fault: str = ""
    blocks: list[bytes] = field(default_factory=list)
    tail: Peaks = field(default_factory=dict)
    details: int = 0
    entries: int = 0
    bad: int = 0
    """The first bad sequence, where there is a fault."""


def check_piece(connection: dict[str, Any], snapshot: str, piece: Piece) -> list[Run]:
    """Read the piece as it was when the snapshot was taken."""
    with psycopg.connect(**connection) as reader:
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        reader.execute(SQL("SET TRANSACTION SNAPSHOT {}").format(Literal(snapshot)))
        reader.execute("SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'")
        reader.execute(IN_ORDER)
        return list(_runs(reader, piece))


def _runs(reader: psycopg.Connection, piece: Piece) -> Iterator[Run]:
    run, leaves = _continued(reader, piece.after), list[bytes]()
    for line in _lines(reader, piece):
        fields = row.split(line)
        chain = int(fields[0])
        if run is None or run.chain != chain:
            if run is not None and run.entries:
                yield _finished(run, leaves)
            run, leaves = Run(chain, 1, 0, GENESIS), []
        run.entries += 1
        run.details += fields[13] != row.NONE
        if run.fault:
            continue  # the first bad place of the chain is all that is asked
        _take(run, fields, leaves, piece)
    if run is not None and run.entries:
        yield _finished(run, leaves)


def _take(run: Run, fields: list[bytes], leaves: list[bytes], piece: Piece) -> None:
    sequence = int(fields[1])
    run.bad = min(sequence, run.last + 1)
    if sequence != run.last + 1:
        run.fault = "it is missing" if sequence > run.last + 1 else "another entry stands at its place"
        return
    digest, run.fault = row.check(fields, run.hash, lambda: _erased(piece, run.chain, sequence))
    if run.fault:
        return
    run.hash, run.last = digest, sequence
    leaves.append(merkle.leaf(digest))
    if len(leaves) == BLOCK:
        run.blocks.append(merkle.peaks_of(leaves)[BLOCK_LEVEL])
        leaves.clear()


def _finished(run: Run, leaves: list[bytes]) -> Run:
    run.tail = merkle.peaks_of(leaves)
    return run


def _erased(piece: Piece, chain: int, sequence: int) -> bool:
    return any(first <= sequence <= last < told for first, last, told in piece.erased.get(chain, ()))


def _continued(reader: psycopg.Connection, after: Place) -> Run | None:
    """The chain in whose middle the piece begins. The piece before it checks the entry that it follows on."""
    chain, sequence = after
    if sequence in (FIRST[1], LAST[1]):
        return None
    found = reader.execute("SELECT hash FROM audit_auditentry WHERE chain = %s AND sequence = %s", after).fetchone()
    run = Run(chain, sequence + 1, sequence, bytes(found[0]) if found else b"")
    run.fault, run.bad = ("", 0) if found else ("the entry before it is missing", sequence + 1)
    return run


def _lines(reader: psycopg.Connection, piece: Piece) -> Iterator[bytes]:
    """The lines of COPY, taken from libpq itself: ten million of them go through no more layers than needed."""
    query = SQL(READ).format(
        columns=SQL(row.COLUMNS),
        after_chain=Literal(piece.after[0]), after_sequence=Literal(piece.after[1]),
        to_chain=Literal(piece.to[0]), to_sequence=Literal(piece.to[1]),
    )  # fmt: skip
    link = reader.pgconn
    _expect(link.exec_(query.as_string(reader).encode()), pq.ExecStatus.COPY_OUT)
    while True:
        length, line = link.get_copy_data(0)
        if length < 0:
            break
        yield bytes(line[:-1])
    while (result := link.get_result()) is not None:
        _expect(result, pq.ExecStatus.COMMAND_OK)


def _expect(result: PGresult, status: pq.ExecStatus) -> None:
    if result.status != status:
        raise psycopg.OperationalError(result.get_error_message())
