"""Verify the whole log, in this process or several."""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psycopg

from audit.verification.judge import Fault, against_anchor, faults_of, lost_details
from audit.verification.piece import Piece, Run, check_piece
from audit.verification.plan import Head, Plan, plan

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    chains: int
    entries: int
    faults: list[Fault] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return not self.faults


def verify(
    connection: Mapping[str, Any],
    *,
    chain: int | None = None,
    anchored: Mapping[int, Head] | None = None,
    processes: int = 1,
    progress: Progress = lambda done, total: None,
) -> Outcome:
    """Read all entries as they are now, or those of one chain, and say of each chain where it is broken first.

    `connection` are psycopg's parameters. `anchored` are heads that were kept elsewhere. Raises psycopg.Error.
    """
    with psycopg.connect(**connection) as leader:
        leader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        leader.execute("SET LOCAL TimeZone = 'UTC'; SET LOCAL idle_in_transaction_session_timeout = 0")
        [(snapshot,)] = leader.execute("SELECT pg_export_snapshot()")
        planned = plan(leader, chain)
        runs, matched = [], 0
        for part in _checked(dict(connection), str(snapshot), planned, processes, progress):
            runs += part
            matched += sum(run.details for run in part)
        faults = faults_of(leader, planned.heads, runs)
        if matched != planned.details:
            faults += lost_details(leader, chain)
        if anchored:
            wanted = {key: head for key, head in anchored.items() if chain in (None, key)}
            faults += against_anchor(leader, planned.heads, wanted)
        return Outcome(len({*planned.heads, *(run.chain for run in runs)}), planned.entries, _first(faults))


def _first(faults: list[Fault]) -> list[Fault]:
    by_chain: dict[int, Fault] = {}
    for fault in faults:
        known = by_chain.get(fault.chain)
        if known is None or fault.sequence < known.sequence:
            by_chain[fault.chain] = fault
    return sorted(by_chain.values())


def _checked(
    connection: dict[str, Any], snapshot: str, planned: Plan, processes: int, progress: Progress
) -> Iterator[list[Run]]:
    done = 0
    check = partial(check_piece, connection, snapshot)
    with ExitStack() as stack:
        answers = _by_processes(stack, processes, check, planned.pieces)
        for runs in answers if len(planned.pieces) > 1 and processes > 1 else map(check, planned.pieces):
            done += sum(run.entries for run in runs)
            progress(done, planned.entries)
            yield runs


def _by_processes(
    stack: ExitStack, processes: int, check: Callable[[Piece], list[Run]], pieces: list[Piece]
) -> Iterator[list[Run]]:
    """Started anew rather than forked: a fork would share the connections of this process."""
    pool = stack.enter_context(ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")))
    for answer in as_completed([pool.submit(check, piece) for piece in pieces]):
        yield answer.result()
