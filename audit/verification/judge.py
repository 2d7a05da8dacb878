"""What was read against what the heads, the stored tree and the anchors say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psycopg

from audit import merkle
from audit.merkle import BLOCK, BLOCK_LEVEL, Peaks
from audit.verification.piece import GENESIS, Run
from audit.verification.plan import Head


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """The first entry of a chain that is not as it was written, and why."""

    chain: int
    sequence: int
    why: str


def faults_of(connection: psycopg.Connection, heads: Mapping[int, Head], runs: Iterable[Run]) -> list[Fault]:
    """At most one for each chain: the first."""
    chains: dict[int, list[Run]] = defaultdict(list)
    for run in runs:
        chains[run.chain].append(run)
    with_nodes = {chain for (chain,) in connection.execute("SELECT DISTINCT chain FROM audit_chainnode")}
    found = []
    for chain in sorted({*chains, *heads}):
        parts = sorted(chains.get(chain, []), key=lambda run: run.first)
        fault = _broken(chain, parts) or _against_head(chain, parts, heads.get(chain))
        fault = fault or _against_root(chain, parts, heads[chain])
        if not fault and (chain in with_nodes or any(part.blocks for part in parts)):
            fault = _against_nodes(connection, chain, parts)
        if fault:
            found.append(fault)
    return found


def _broken(chain: int, parts: list[Run]) -> Fault | None:
    expected = 1
    for part in parts:
        if part.first > expected:
            return Fault(chain, expected, "it is missing")
        if part.fault:
            return Fault(chain, part.bad, part.fault)
        expected = part.last + 1
    return None


def _against_head(chain: int, parts: list[Run], head: Head | None) -> Fault | None:
    last, digest = (parts[-1].last, parts[-1].hash) if parts else (0, GENESIS)
    if head is None:
        return Fault(chain, 1, "the chain has no head")
    if last < head.sequence:
        return Fault(chain, last + 1, f"the end is missing: the chain's head counts {head.sequence} entries")
    if last > head.sequence:
        return Fault(chain, head.sequence + 1, f"it was added beside the head, which counts {head.sequence} entries")
    if digest != head.hash:
        return Fault(chain, max(last, 1), "the chain's head has another hash")
    return None


def _grown(parts: list[Run]) -> tuple[Peaks, list[tuple[int, int, bytes]]]:
    blocks = [block for part in parts for block in part.blocks]
    return merkle.grown(blocks, BLOCK_LEVEL, parts[-1].tail if parts else {})


def _against_root(chain: int, parts: list[Run], head: Head) -> Fault | None:
    peaks, _ = _grown(parts)
    if merkle.root(head.sequence, peaks) == head.root:
        return None
    return Fault(chain, max(head.sequence, 1), "the tree of the chain's head was changed")


def _against_nodes(connection: psycopg.Connection, chain: int, parts: list[Run]) -> Fault | None:
    _, nodes = _grown(parts)
    rows = connection.execute(
        "SELECT level, position, hash FROM audit_chainnode WHERE chain = %s ORDER BY level, position", [chain]
    )
    stored = {(level, position): bytes(digest) for level, position, digest in rows}
    expected = {(level, position): digest for level, position, digest in nodes}
    wrong = [place for place in {*stored, *expected} if stored.get(place) != expected.get(place)]
    if not wrong:
        return None
    first = min((position << level) + 1 for level, position in wrong)
    return Fault(chain, first, f"a stored node of its tree (from {BLOCK} entries) was changed")


def lost_details(connection: psycopg.Connection, chain: int | None) -> list[Fault]:
    """Details beside no entry, of one chain or all."""
    rows = connection.execute(
        "SELECT detail.chain, min(detail.sequence) FROM audit_personaldetail AS detail WHERE NOT EXISTS (SELECT FROM"
        " audit_auditentry AS entry WHERE entry.chain = detail.chain AND entry.sequence = detail.sequence)"
        " AND (%(only)s::bigint IS NULL OR detail.chain = %(only)s) GROUP BY detail.chain ORDER BY detail.chain",
        {"only": chain},
    )
    return [Fault(of, sequence, "personal details lie beside no entry") for of, sequence in rows]


def against_anchor(
    connection: psycopg.Connection, heads: Mapping[int, Head], anchored: Mapping[int, Head]
) -> list[Fault]:
    """Chains that are consistent in themselves, and yet not what was anchored."""
    found = []
    for chain, then in sorted(anchored.items()):
        now = heads.get(chain)
        if now is None or now.sequence < then.sequence:
            length = now.sequence if now else 0
            found.append(Fault(chain, length + 1, f"the end is missing: {then.sequence} entries were anchored"))
            continue
        query = "SELECT hash FROM audit_auditentry WHERE chain = %s AND sequence = %s"
        row = connection.execute(query, [chain, then.sequence]).fetchone()
        if row is None or bytes(row[0]) != then.hash:
            why = f"the chain was written anew: entry {then.sequence} is not the one that was anchored"
            found.append(Fault(chain, 1, why))
    return found
