"""The whole state, for tests of reconciliation and of determinism."""

import hashlib
from collections.abc import Iterator

from sandbox.jsons import Json, dumps, loads, public
from sandbox.store import Store

PAGE = 500


def objects(store: Store, kind: str | None = None) -> Iterator[Json]:
    """All objects as the API shows them, in the order of their creation, with bounded memory."""
    last, where = 0, "AND type = ?" if kind else ""
    while True:
        with store.lock:
            sql = f"SELECT seq, body FROM objects WHERE seq > ? {where} ORDER BY seq LIMIT {PAGE}"  # noqa: S608
            rows = store.rows(sql, (last, kind) if kind else (last,))
        if not rows:
            return
        last = rows[-1][0]
        yield from (public(loads(body)) for _, body in rows)


def lines(store: Store, kind: str | None = None) -> Iterator[bytes]:
    """NDJSON in chunks."""
    chunk: list[bytes] = []
    for entry in objects(store, kind):
        chunk.append(dumps(entry) + b"\n")
        if len(chunk) == PAGE:
            yield b"".join(chunk)
            chunk = []
    yield b"".join(chunk)


def digest(store: Store) -> Json:
    """{"digest": SHA-256 over the dump, "counts": {type: number}}."""
    total = hashlib.sha256()
    for part in lines(store):
        total.update(part)
    with store.lock:
        counts = dict(store.rows("SELECT type, count(*) FROM objects GROUP BY type ORDER BY type"))
    return {"digest": total.hexdigest(), "counts": counts}
