"""Where anchors are kept: a folder, or an object store (S3, Google Cloud Storage, Azure) by its URL.

Credentials come from where each store's own tools take them: AWS_ACCESS_KEY_ID, GOOGLE_APPLICATION_CREDENTIALS,
AZURE_STORAGE_ACCOUNT_KEY and their like.
"""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, LocalStore, S3Store

STORES = {
    "s3": S3Store, "s3a": S3Store, "gs": GCSStore, "az": AzureStore, "azure": AzureStore, "abfs": AzureStore,
    "abfss": AzureStore,
}  # fmt: skip


class CannotKeepAnchor(RuntimeError):
    """AUDIT_ANCHOR_URL is missing or its store refused; the message says what to do."""


def put(url: str, content: bytes, at: datetime) -> str:
    """Write an anchor under a name of its own by date, and return that name. Nothing is ever overwritten.

    Raises CannotKeepAnchor.
    """
    name = f"{at:%Y/%m/%d}/audit-anchor-{at:%Y%m%dT%H%M%S.%fZ}.json"
    try:
        obstore.put(_store(url), name, content, mode="create", use_multipart=False)
    except (BaseError, OSError, ValueError) as error:
        raise CannotKeepAnchor(f"{url} did not take the anchor: {error}") from error
    return name


def check(url: str) -> None:
    """Raises CannotKeepAnchor where the URL names no kind of place that we know."""
    scheme, separator, _ = url.partition("://")
    if not url:
        raise CannotKeepAnchor(
            "AUDIT_ANCHOR_URL is not set: name a folder or an object store (s3://bucket/prefix, gs://, az://), best "
            "one that this machine may write to and not delete from."
        )
    if separator and scheme not in (*STORES, "file"):
        raise CannotKeepAnchor(f"{scheme}:// is no place for anchors: use a folder, s3://, gs:// or az://.")


def _store(url: str) -> Any:
    check(url)
    scheme, separator, rest = url.partition("://")
    if separator and scheme in STORES:
        return STORES[scheme].from_url(url)  # type: ignore[attr-defined]
    folder = Path(rest if separator else url).expanduser()
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return LocalStore(folder)
