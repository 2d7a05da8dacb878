"""What there is to read, as of one moment, cut into pieces that several processes can check at once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import orjson
import psycopg

from audit import merkle
from audit.verification.piece import FIRST, LAST, Piece, Place

PIECE = 2**17
"""A piece has about this many entries. A chain is cut at multiples of it, so that the blocks of its tree stay whole."""
TOMBSTONE = "personal_details.erased"


@dataclass(frozen=True, slots=True)
class Head:
    sequence: int
    hash: bytes
    root: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """The moment's heads, the pieces, and how many entries and details there are."""

    heads: dict[int, Head]
    pieces: list[Piece]
    entries: int
    details: int


def plan(connection: psycopg.Connection, chain: int | None) -> Plan:
    """Runs in the transaction whose snapshot the pieces are read in. `chain` limits it to one."""
    only = {"only": chain}
    sizes = connection.execute(
        "SELECT chain, count(*), max(sequence) FROM audit_auditentry"
        " WHERE %(only)s::bigint IS NULL OR chain = %(only)s GROUP BY chain ORDER BY chain",
        only,
    ).fetchall()
    [(details,)] = connection.execute(
        "SELECT count(*) FROM audit_personaldetail WHERE %(only)s::bigint IS NULL OR chain = %(only)s", only
    )
    erased = _erased(connection)
    beginning, end = (FIRST, LAST) if chain is None else ((chain, FIRST[1]), (chain, LAST[1]))
    places = [beginning, *_cuts(sizes), end]
    pieces = [Piece(after, to, _of(erased, after, to)) for after, to in pairwise(places)]
    return Plan(_heads(connection, chain), pieces, sum(number for _, number, _ in sizes), details)


def _heads(connection: psycopg.Connection, chain: int | None) -> dict[int, Head]:
    rows = connection.execute(
        "SELECT chain, sequence, hash, peaks FROM audit_chainhead WHERE %(only)s::bigint IS NULL OR chain = %(only)s",
        {"only": chain},
    )
    return {found: Head(sequence, bytes(hash_), root_of(sequence, peaks)) for found, sequence, hash_, peaks in rows}


def root_of(sequence: int, peaks: Sequence[bytes | memoryview | None]) -> bytes:
    """That of a head whose peaks do not fit its length is nothing that could be right."""
    try:
        return merkle.root(sequence, {level: bytes(peak) for level, peak in enumerate(peaks) if peak is not None})
    except KeyError:
        return b""


def _cuts(sizes: list[tuple[int, int, int]]) -> Iterator[Place]:
    """After every PIECE entries of a long chain, and between chains once as many have come together."""
    gathered = 0
    for chain, number, last in sizes:
        if gathered and gathered + number > PIECE:
            yield chain - 1, LAST[1]
            gathered = 0
        for sequence in range(PIECE, min(last, number + PIECE), PIECE):
            yield chain, sequence
        gathered += number % PIECE if number > PIECE else number


def _erased(connection: psycopg.Connection) -> dict[int, list[tuple[int, int, int]]]:
    """By chain: (first, last, sequence of the entry that says that details of first to last were erased)."""
    found = defaultdict(list)
    rows = connection.execute(
        "SELECT chain, sequence, content FROM audit_auditentry WHERE action = %s ORDER BY chain, sequence", [TOMBSTONE]
    )
    for chain, sequence, content in rows:
        try:
            after = orjson.loads(content)["body"]["after"]
            found[chain].append((int(after["from"]), int(after["to"]), sequence))
        except (KeyError, TypeError, ValueError):
            continue  # forged: its own hash will tell
    return dict(found)


def _of(
    erased: dict[int, list[tuple[int, int, int]]], after: Place, to: Place
) -> dict[int, list[tuple[int, int, int]]]:
    return {chain: ranges for chain, ranges in erased.items() if after[0] <= chain <= to[0]}
