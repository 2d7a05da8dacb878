"""Check that an entry is in a log, without trusting who keeps it: Python and `cryptography` are all it takes.

    python check_audit_proof.py proof.json --public-key BASE64 [--entry entry.json] [--anchor anchor.json]

`proof.json` is the answer of `GET /api/v1/audit/proof/{id}`, `entry.json` the entry from `GET /api/v1/audit/entries`.
With `--anchor` the proof must lead to the root that was anchored (ask for it with `?size=` as the anchor says).
Prints OK, or why not; exit status 0 or 1.
"""

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TREE_HEAD = b"countinghouse audit tree head\n"
ANCHOR = b"countinghouse audit anchor\n"


class Wrong(Exception):
    pass


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def root_from(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.3.2."""
    if not 0 <= index < size:
        raise Wrong("The entry's place lies outside the tree.")
    place, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise Wrong("The path is too long.")
        if place & 1 or place == last:
            node = sha256(b"\x01" + sibling + node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = sha256(b"\x01" + node + sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise Wrong("The path is too short.")
    return node


def canonical(content: dict) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def check_signature(kind: bytes, signed: dict, public_key: bytes, what: str) -> None:
    if "signature" not in signed:
        raise Wrong(f"The {what} is not signed.")
    content = {name: value for name, value in signed.items() if name != "signature"}
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(base64.b64decode(signed["signature"]), kind + canonical(content))
    except InvalidSignature:
        raise Wrong(f"The {what} was not signed with this key, or was changed.") from None


def check_entry(entry: dict, proof: dict) -> None:
    content = entry["content"].encode()
    if base64.b64encode(sha256(base64.b64decode(entry["previous_hash"]) + content)).decode() != proof["hash"]:
        raise Wrong("The entry's content does not have the proven hash.")
    placed = json.loads(content)
    if (placed["chain"], placed["sequence"]) != (proof["tree_head"]["chain"], proof["index"] + 1):
        raise Wrong("The entry says that it stands at another place.")


def check_anchor(anchor: dict, head: dict) -> None:
    anchored = [one for one in anchor["chains"] if one["chain"] == head["chain"]]
    if not anchored or anchored[0]["sequence"] != head["size"]:
        sizes = anchored[0]["sequence"] if anchored else "none"
        raise Wrong(f"The anchor is of a tree of another size: {sizes}; ask for the proof with ?size=.")
    if anchored[0]["root"] != head["root"]:
        raise Wrong("The tree is not the one that was anchored.")


def check(proof: dict, public_key: bytes, entry: dict | None, anchor: dict | None) -> None:
    head = proof["tree_head"]
    check_signature(TREE_HEAD, head, public_key, "tree head")
    leaf = sha256(b"\x00" + base64.b64decode(proof["hash"]))
    path = [base64.b64decode(one) for one in proof["path"]]
    if root_from(leaf, proof["index"], head["size"], path).hex() != head["root"]:
        raise Wrong("The path does not lead to the signed root.")
    if entry is not None:
        check_entry(entry, proof)
    if anchor is not None:
        check_signature(ANCHOR, anchor, public_key, "anchor")
        check_anchor(anchor, head)


def main() -> int:
    parser = argparse.ArgumentParser(description="Check that an entry is in a log.")
    parser.add_argument("proof", type=Path)
    parser.add_argument("--public-key", required=True, help="base64, from whoever runs the installation")
    parser.add_argument("--entry", type=Path)
    parser.add_argument("--anchor", type=Path)
    given = parser.parse_args()
    try:
        entry, anchor = (json.loads(path.read_bytes()) if path else None for path in (given.entry, given.anchor))
        check(json.loads(given.proof.read_bytes()), base64.b64decode(given.public_key), entry, anchor)
    except (Wrong, OSError, ValueError, KeyError, TypeError) as error:
        print(f"NOT OK: {error or type(error).__name__}")  # noqa: T201 - a script of its own
        return 1
    print("OK")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
