"""Key pairs of the tests' own, the same in every process."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def _pair(content: bytes) -> tuple[str, str]:
    public = Ed25519PrivateKey.from_private_bytes(content).public_key().public_bytes_raw()
    return base64.b64encode(content).decode(), base64.b64encode(public).decode()


PRIVATE, PUBLIC = _pair(bytes(range(32)))
OTHER_PRIVATE, OTHER_PUBLIC = _pair(bytes(range(32, 64)))
