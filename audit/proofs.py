"""Proofs that one entry is in the log: RFC 9162, section 2.1.3, over the hashes of one chain's entries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit import merkle
from audit.anchoring import signing
from audit.merkle import BLOCK
from audit.models import AuditEntry, ChainHead, ChainNode


class CannotProve(LookupError):
    """There is no such entry, or the tree is not that large yet."""


@dataclass(frozen=True, slots=True)
class Proof:
    """`path` leads from the entry's leaf to `root`, the root of the tree of the first `size` entries."""

    chain: int
    index: int
    size: int
    hash: bytes
    path: list[bytes]
    root: bytes

    def tree_head(self, at: datetime) -> dict[str, Any]:
        """What the proof leads to; signed where this installation has a key."""
        head = {"chain": self.chain, "size": self.size, "root": self.root.hex(), "time": at.isoformat()}
        return signing.signed(signing.TREE_HEAD, head) if signing.is_configured() else head


def prove(*, chain: int, sequence: int, size: int | None = None) -> Proof:
    """A proof for the tree as it is now, or as it was at `size` entries (that of an anchor). Reads a few hundred
    rows, however long the chain. Raises CannotProve."""
    head = ChainHead.objects.filter(chain=chain).first()
    wanted = head.sequence if head and size is None else size or 0
    if head is None or not 1 <= sequence <= wanted <= head.sequence:
        raise CannotProve(f"Chain {chain} has no entry {sequence} among its first {wanted}.")
    tree = _Tree(chain)
    digest = tree.hashes((sequence - 1) // BLOCK)[(sequence - 1) % BLOCK]
    path = merkle.inclusion_path(sequence - 1, wanted, tree.subtree)
    return Proof(chain, sequence - 1, wanted, digest, path, tree.subtree(0, wanted))


class _Tree:
    """The tree of one chain, read as far as it is asked for."""

    def __init__(self, chain: int) -> None:
        self.chain = chain
        self._blocks: dict[int, list[bytes]] = {}

    def subtree(self, first: int, end: int) -> bytes:
        """The root over leaves [first, end)."""
        size = end - first
        if size <= BLOCK and first // BLOCK == (end - 1) // BLOCK:
            leaves = self.hashes(first // BLOCK)[first % BLOCK : first % BLOCK + size]
            return merkle.root(size, merkle.peaks_of([merkle.leaf(digest) for digest in leaves]))
        if size & (size - 1) == 0 and first % size == 0:
            return self._stored(size.bit_length() - 1, first // size)
        middle = first + merkle.split(size)
        return merkle.parent(self.subtree(first, middle), self.subtree(middle, end))

    def hashes(self, block: int) -> list[bytes]:
        """Of the entries of a block of BLOCK."""
        if block not in self._blocks:
            rows = AuditEntry.objects.filter(
                chain=self.chain, sequence__gt=block * BLOCK, sequence__lte=(block + 1) * BLOCK
            )
            self._blocks[block] = [bytes(one) for one in rows.order_by("sequence").values_list("hash", flat=True)]
        return self._blocks[block]

    def _stored(self, level: int, position: int) -> bytes:
        node = ChainNode.objects.filter(chain=self.chain, level=level, position=position).first()
        if node is None:
            raise CannotProve(f"The tree of chain {self.chain} lacks node {level}/{position}: verify the log.")
        return bytes(node.hash)
