"""Keys for machines: of an organization, or of the installation."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from billing.domain.ids import new_api_key_id

PREFIXES = {True: "ch_live_", False: "ch_test_"}
SECRET_BYTES = 32


def digest(secret: str) -> str:
    """SHA-256, hexadecimal. A plain hash is enough for 256 random bits; slow hashes are for passwords."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key and its secret, which is shown once and never stored."""

    key: "ApiKey"
    secret: str


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self, *, now: datetime) -> "ApiKeyQuerySet":
        return self.filter(revoked_at=None).exclude(expires_at__lte=now)


class ApiKey(models.Model):
    """`organization` is None for a key of the installation (staff and services). Not a tenant table:
    authentication reads it before an organization is known."""

    public_id = models.CharField(max_length=64, unique=True, default=new_api_key_id)
    organization = models.ForeignKey(
        "billing.Organization", on_delete=models.PROTECT, null=True, related_name="api_keys"
    )
    name = models.CharField(max_length=255)
    live = models.BooleanField(default=False)
    hashed_secret = models.CharField(max_length=64, unique=True)
    last_four = models.CharField(max_length=4)
    scopes = ArrayField(models.CharField(max_length=64), default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({PREFIXES[self.live]}…{self.last_four})"

    @classmethod
    def issue(cls, *, live: bool, **fields: object) -> IssuedKey:
        """Make a key; the caller shows the secret once."""
        secret = PREFIXES[live] + secrets.token_urlsafe(SECRET_BYTES)
        key = cls.objects.create(live=live, hashed_secret=digest(secret), last_four=secret[-4:], **fields)
        return IssuedKey(key, secret)
