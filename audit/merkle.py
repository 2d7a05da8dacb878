"""The hash tree of RFC 9162, section 2.1, over a chain's hashes: pure arithmetic.

A tree over n leaves is split at the largest power of two below n. Complete trees of 2^level leaves never change, so
they are computed once; `peaks` of a tree are the complete ones that it consists of, by level.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

Peaks = dict[int, bytes]
BLOCK_LEVEL = 8
BLOCK = 2**BLOCK_LEVEL
"""Complete trees of this many leaves and more are stored; smaller ones are computed from the leaves."""


def leaf(content: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + content).digest()


def parent(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def peaks_of(leaves: Sequence[bytes]) -> Peaks:
    """The peaks of a tree over these leaf hashes."""
    peaks: Peaks = {}
    level, row = 0, list(leaves)
    while row:
        if len(row) % 2:
            peaks[level] = row.pop()
        row = [parent(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
        level += 1
    return peaks


def grown(nodes: Iterable[bytes], level: int, tail: Peaks) -> tuple[Peaks, list[tuple[int, int, bytes]]]:
    """(peaks, [(level, position, hash)]) of a tree of complete trees of one level and of what follows them."""
    peaks, made, row = dict(tail), [(level, position, node) for position, node in enumerate(nodes)], []
    row = [node for _, _, node in made]
    while row:
        if len(row) % 2:
            peaks[level] = row.pop()
        row = [parent(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
        level += 1
        made += [(level, position, node) for position, node in enumerate(row)]
    return peaks, made


def root(size: int, peaks: Peaks) -> bytes:
    """The root of the tree of `size` leaves. That of no leaves is the hash of nothing."""
    found = b""
    for level in range(size.bit_length()):
        if size >> level & 1:
            found = parent(peaks[level], found) if found else peaks[level]
    return found or hashlib.sha256(b"").digest()


def inclusion_path(index: int, size: int, subtree: Callable[[int, int], bytes]) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of the first `size` leaves, from the leaf upwards.

    `subtree(first, end)` gives the root of the tree over leaves [first, end).
    """
    path, first, end = list[bytes](), 0, size
    while end - first > 1:
        middle = first + split(end - first)
        if index < middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(first, middle))
            first = middle
    return path[::-1]


def split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
