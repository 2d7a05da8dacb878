"""Sealed text: encrypted and authenticated, and bound to the place where it lies.

A sealed text opens only in its own place: copied into another row or column it is refused, as is one that was
changed. It names the key that sealed it, so that keys can be rotated: the newest of ENCRYPTION_KEY seals, all open.

    sealed = seal("4242", place="billing_paymentmethod.card_last_four:17")

Form: `v1.<key id>.<base64url of a 12-byte nonce and the ciphertext>`; AES-256-GCM (NIST SP 800-38D) with the place
as associated data, under a key derived from the configured one by HKDF-SHA256 (RFC 5869).

The nonce is an HMAC over place and text (a synthetic one, as in RFC 5297), so that the same text in the same place
is sealed alike: writing a row again changes nothing. Two places never look alike, whatever they hold.

A blind index finds equal texts without opening any: an HMAC under a key of the index's own.
"""

import base64
import binascii
import hmac
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = "v1"
_NONCE_BYTES = 12
_INDEX_BYTES = 16
_KEY_ID_LENGTH = 8


class CannotSeal(RuntimeError):
    """There is no key."""


class CannotUnseal(ValueError):
    """The text was not sealed for this place, was changed, or its key is not configured any more."""


def configured_keys() -> list[str]:
    """Newest first. In development SECRET_KEY serves where there is none; else raises CannotSeal."""
    keys: list[str] = settings.ENCRYPTION_KEYS or ([settings.SECRET_KEY] if settings.DEBUG else [])
    if not keys:
        raise CannotSeal("ENCRYPTION_KEY is not set: nothing can be sealed or opened.")
    return keys


def seal(text: str, *, place: str) -> str:
    """Seal `text` under the newest key; only `unseal` with the same `place` opens it. Raises CannotSeal."""
    key = configured_keys()[0]
    nonce = _hmac(derived_key(key, "nonces"), f"{len(place)}:{place}{text}")[:_NONCE_BYTES]
    sealed = nonce + AESGCM(derived_key(key, "columns")).encrypt(nonce, text.encode(), place.encode())
    return f"{VERSION}.{key_id(key)}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"


def unseal(sealed: str, *, place: str) -> str:
    """The text that was sealed for `place`. Raises CannotUnseal."""
    version, identity, body = _parts(sealed)
    key = next((key for key in configured_keys() if key_id(key) == identity), None)
    if version != VERSION or key is None:
        raise CannotUnseal(f"It was sealed with the key {identity!r}, which ENCRYPTION_KEY does not hold.")
    try:
        content = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        cipher = AESGCM(derived_key(key, "columns"))
        return cipher.decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], place.encode()).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise CannotUnseal(f"It was not sealed for {place}, or was changed.") from error


def is_sealed_with_newest(sealed: str) -> bool:
    """False for what a rotation still has to seal again. Raises CannotUnseal for what is no sealed text."""
    return _parts(sealed)[:2] == (VERSION, key_id(configured_keys()[0]))


def sealing_key(sealed: str) -> str:
    """The id of the key that sealed it. Raises CannotUnseal for what is no sealed text."""
    return _parts(sealed)[1]


def blind_index(text: str, *, purpose: str) -> str:
    """What to store beside a sealed text, so that it can be found: 32 hexadecimal digits, under the newest key."""
    return _index(configured_keys()[0], text, purpose)


def blind_indexes(text: str, *, purpose: str) -> list[str]:
    """What to look for: the index under each configured key, because older rows have older ones."""
    return [_index(key, text, purpose) for key in configured_keys()]


def _index(key: str, text: str, purpose: str) -> str:
    return _hmac(derived_key(key, f"index/{purpose}"), text)[:_INDEX_BYTES].hex()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


@cache
def key_id(key: str) -> str:
    """Names a key without telling of it."""
    digest = Hash(SHA256())
    digest.update(derived_key(key, "id"))
    return digest.finalize().hex()[:_KEY_ID_LENGTH]


@cache
def derived_key(key: str, purpose: str) -> bytes:
    """32 bytes for one purpose, from a configured key; keys of different purposes tell nothing of each other."""
    return HKDF(SHA256(), length=32, salt=None, info=f"countinghouse/{purpose}".encode()).derive(key.encode())


def _parts(sealed: str) -> tuple[str, str, str]:
    version, _, rest = sealed.partition(".")
    identity, _, body = rest.partition(".")
    if not body:
        raise CannotUnseal("It is no sealed text.")
    return version, identity, body
