"""The key that signs anchors and tree heads: Ed25519 (RFC 8032), from AUDIT_SIGNING_KEY."""

import base64
import binascii
import hashlib
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from audit.canonical import canonical

KEY_BYTES = 32
KEY_ID_LENGTH = 16
ANCHOR, TREE_HEAD = b"countinghouse audit anchor\n", b"countinghouse audit tree head\n"
"""What a signature is about comes first, so that no signed text can pass for the other kind."""


class CannotSign(RuntimeError):
    """There is no usable AUDIT_SIGNING_KEY; the message says what to do."""


class NotSigned(ValueError):
    """The signature is not one of this key over this content."""


def new_key() -> tuple[str, str]:
    """(private key, public key), base64."""
    key = Ed25519PrivateKey.generate()
    return _text(key.private_bytes_raw()), _text(key.public_key().public_bytes_raw())


def is_configured() -> bool:
    return bool(settings.AUDIT_SIGNING_KEY)


def public_key() -> str:
    """Base64. Raises CannotSign."""
    return _text(_private().public_key().public_bytes_raw())


def key_id(public: str) -> str:
    """Names a public key."""
    return hashlib.sha256(_bytes(public)).hexdigest()[:KEY_ID_LENGTH]


def signed(kind: bytes, content: dict[str, Any]) -> dict[str, Any]:
    """The content with the key's id and its signature. Raises CannotSign."""
    whole = {**content, "key_id": key_id(public_key())}
    return {**whole, "signature": _text(_private().sign(kind + canonical(whole)))}


def verify_signed(kind: bytes, whole: dict[str, Any], public: str) -> None:
    """Raises NotSigned."""
    content = {name: value for name, value in whole.items() if name != "signature"}
    try:
        key = Ed25519PublicKey.from_public_bytes(_bytes(public))
        key.verify(_bytes(str(whole.get("signature", ""))), kind + canonical(content))
    except (InvalidSignature, ValueError, binascii.Error) as error:
        raise NotSigned(f"It was not signed with the key {key_id(public)}, or was changed.") from error


def _private() -> Ed25519PrivateKey:
    if not settings.AUDIT_SIGNING_KEY:
        raise CannotSign("AUDIT_SIGNING_KEY is not set: `manage.py anchor_audit --generate-key` makes one.")
    try:
        return Ed25519PrivateKey.from_private_bytes(_bytes(settings.AUDIT_SIGNING_KEY))
    except (ValueError, binascii.Error):
        raise CannotSign(
            f"AUDIT_SIGNING_KEY is not {KEY_BYTES} bytes in base64: `manage.py anchor_audit --generate-key` makes one."
        ) from None


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
