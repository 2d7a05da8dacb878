"""Object ids: deterministic, so that the same requests on the same seed give the same state, byte for byte."""

import hashlib

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def token(seed: str, number: int | str, length: int = 24) -> str:
    """`length` (at most 40) alphanumeric characters, spread evenly by a hash of seed and number."""
    digest = hashlib.blake2b(f"{seed}:{number}".encode(), digest_size=40).digest()
    return "".join(ALPHABET[byte % 62] for byte in digest[:length])


def secret_of(object_id: str) -> str:
    """The client secret of an intent, derived from its id."""
    return f"{object_id}_secret_{token('client-secret', object_id)}"
