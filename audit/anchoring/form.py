"""An anchor as a file: the heads of all chains of one moment, signed."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from audit.anchoring import signing
from audit.verification.plan import Head

FORM = "countinghouse-audit-anchor/1"


class CannotReadAnchor(ValueError):
    """The file is no anchor, or is not signed with the key that it should be."""


def made(heads: Mapping[int, Head], at: datetime) -> dict[str, Any]:
    """A signed anchor. Raises CannotSign."""
    chains = [
        {"chain": chain, "sequence": head.sequence, "hash": head.hash.hex(), "root": head.root.hex()}
        for chain, head in sorted(heads.items())
    ]
    return signing.signed(signing.ANCHOR, {"form": FORM, "made_at": at.isoformat(), "chains": chains})


def anchored_heads(path: Path, *, public_key: str = "") -> dict[int, Head]:
    """The heads that an anchor file holds, once its signature is found right. Raises CannotReadAnchor."""
    try:
        content = json.loads(path.read_bytes())
        signing.verify_signed(signing.ANCHOR, content, public_key or signing.public_key())
        if content["form"] != FORM:
            raise CannotReadAnchor(f"{path} is of another form: {content['form']}")
        return {
            int(one["chain"]): Head(int(one["sequence"]), bytes.fromhex(one["hash"]), bytes.fromhex(one["root"]))
            for one in content["chains"]
        }
    except (signing.NotSigned, signing.CannotSign) as error:
        raise CannotReadAnchor(f"{path}: {error}") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CannotReadAnchor(f"{path} is no anchor: {error}") from error
