"""Pure arithmetic, against the definitions of RFC 9162 written down as they stand there."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle
from docs.check_audit_proof import Wrong, root_from

LEAVES = [hashlib.sha256(bytes([number, number])).digest() for number in range(70)]


def mth(entries: list[bytes]) -> bytes:
    """Section 2.1.1."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """Section 2.1.3.1."""
    if len(entries) == 1:
        return []
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def hashed(size: int) -> list[bytes]:
    return [merkle.leaf(entry) for entry in LEAVES[:size]]


@pytest.mark.parametrize("size", range(70))
def test_the_root(size: int):
    assert merkle.root(size, merkle.peaks_of(hashed(size))) == mth(LEAVES[:size])


@pytest.mark.parametrize("size", range(70))
@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_root_from_complete_trees(size: int, level: int):
    width = 2**level
    blocks = [mth(LEAVES[first : first + width]) for first in range(0, size - width + 1, width)]
    tail = merkle.peaks_of(hashed(size)[len(blocks) * width :])
    peaks, nodes = merkle.grown(blocks, level, tail)
    assert merkle.root(size, peaks) == mth(LEAVES[:size])
    for at, position, digest in nodes:
        assert digest == mth(LEAVES[position << at : (position + 1) << at])


@given(size=st.integers(1, 70), data=st.data())
def test_a_path_and_what_it_leads_to(size: int, data: st.DataObject):
    index = data.draw(st.integers(0, size - 1))
    found = merkle.inclusion_path(index, size, lambda first, end: mth(LEAVES[first:end]))
    assert found == path(index, LEAVES[:size])
    leaf, root = merkle.leaf(LEAVES[index]), mth(LEAVES[:size])
    assert root_from(leaf, index, size, found) == root
    if found:
        changed = data.draw(st.integers(0, len(found) - 1))
        broken = [*found[:changed], hashlib.sha256(found[changed]).digest(), *found[changed + 1 :]]
        assert root_from(leaf, index, size, broken) != root
        with pytest.raises(Wrong, match="too short"):
            root_from(leaf, index, size, found[:-1])
    with pytest.raises(Wrong, match="too long"):
        root_from(leaf, index, size, [*found, leaf])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_place_outside_is_refused(index: int, size: int):
    with pytest.raises(Wrong, match="outside"):
        root_from(b"x", index, size, [])


@pytest.mark.parametrize(("size", "expected"), [(2, 1), (3, 2), (4, 2), (5, 4), (8, 4), (9, 8), (10**7, 2**23)])
def test_where_a_tree_is_split(size: int, expected: int):
    assert merkle.split(size) == expected
