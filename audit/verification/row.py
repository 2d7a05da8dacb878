"""One entry, as COPY gives it, against the hash before it.

The columns are compared with the content without parsing it: the content's beginning and end are built from the
columns. Where that does not fit (escapes, forgeries, erased details) `details` looks closely.
"""

import hashlib
import hmac
import re
from collections.abc import Callable

from audit.verification.closely import fault_of

COLUMNS = """entry.chain, entry.sequence, entry.id, coalesce(entry.organization_id, -1), entry.action,
    entry.actor_kind, entry.actor_id, entry.target_type, entry.target_id, entry.request_id, entry.source,
    entry.created_at, encode(entry.hash, 'hex'), encode(detail.key, 'hex'), detail.content, entry.content"""
NONE = b"\\N"
BEGINNING = b'{"body":{"action":"%b","actor":{"id":"%b","kind":"%b"'
END = (
    b'"request_id":"%b","source":"%b","target":{"id":"%b","type":"%b"},"time":"%bT%bZ","v":1},"chain":%b,"id":%b,'
    b'"sequence":%b}'
)
QUOTES = (BEGINNING.count(b'"'), END.count(b'"'))
LONGEST_TIME = len("2026-01-01 00:00:00.000000+00")

_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_ESCAPES = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}

IsErased = Callable[[], bool]


def check(fields: list[bytes], before: bytes, is_erased: IsErased) -> tuple[bytes, str]:
    """(the entry's hash, what is wrong with it or ""). `before` is the hash of the entry before it."""
    content = fields[15]
    digest = hashlib.sha256(before + content)
    if digest.hexdigest().encode() != fields[12]:
        return digest.digest(), "its content or hash was changed, or what came before it"
    if _fits(fields):
        return digest.digest(), ""
    return digest.digest(), fault_of(fields, is_erased)


def _fits(fields: list[bytes]) -> bool:
    chain, sequence, id_, organization, action, kind, actor, target_type, target, request, source, at = fields[:12]
    key, details, content = fields[13:]
    beginning = BEGINNING % (action, actor, kind)
    if len(at) != LONGEST_TIME:
        at = at[:-3].ljust(20, b".").ljust(26, b"0") + b"+00"
    end = END % (request, source, target, target_type, at[:10], at[11:26], chain, id_, sequence)
    if (
        not content.startswith(beginning)
        or not content.endswith(end)
        or (beginning.count(b'"'), end.count(b'"')) != QUOTES
    ):
        return False
    if organization != (chain if chain != b"0" else b"-1"):
        return False
    rest = content[: -len(end)]
    if key == NONE:
        return details == NONE and b'"personal":{' not in rest
    found = hmac.digest(bytes.fromhex(key.decode()), details, "sha256").hex().encode()
    return rest.endswith(b'],"hmac":"%b"},' % found)


def split(line: bytes) -> list[bytes]:
    """The fields of a line of COPY's text format."""
    fields = line.split(b"\t")
    if line.count(b"\\") == (fields[13] == NONE) + (fields[14] == NONE):
        return fields
    return [field if field == NONE else _ESCAPE.sub(_unescaped, field) for field in fields]


def _unescaped(found: re.Match[bytes]) -> bytes:
    return _ESCAPES.get(found[1], found[1])
