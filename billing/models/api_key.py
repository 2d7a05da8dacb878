"""Keys for machines: of an organization, or of the installation."""

import hashlib
import hmac
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
        """Those that open the door, but for the mode."""
        return self.filter(revoked_at=None, organization__deleted_at=None).exclude(expires_at__lte=now)

    def with_secret(self, secret: str) -> "ApiKey | None":
        """The key of this secret, whatever its state; None where there is none.

        Constant-time by construction: the index is over SHA-256 of the secret, so how far a guess goes along in it
        tells of the guess's digest and not of any secret. Malformed, unknown and revoked ones take this same path.
        """
        wanted = digest(secret)
        key = self.select_related("organization").filter(hashed_secret=wanted).first()
        return key if hmac.compare_digest(key.hashed_secret if key else "", wanted) else None


class ApiKey(models.Model):
    """`organization` is None for a key of the installation (staff and services). Not a tenant table:
    authentication reads it before an organization is known.

    A rotated key and its successor open the door side by side until the older one ends. `replaces` is the key
    that this one takes the place of, and `family` the first of their line: a caller stays the same caller."""

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
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    family = models.CharField(max_length=64, blank=True, default="")

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({PREFIXES[self.live]}…{self.last_four})"

    @property
    def line(self) -> str:
        """The public id of the first of the keys that replaced one another; the key's own where it replaces none."""
        return self.family or self.public_id

    @property
    def successor(self) -> "ApiKey | None":
        """The key that was made in its place; None before it is rotated."""
        found: ApiKey | None = getattr(self, "replaced_by", None)
        return found

    @classmethod
    def issue(cls, *, live: bool, **fields: object) -> IssuedKey:
        """Make a key; the caller shows the secret once."""
        secret = PREFIXES[live] + secrets.token_urlsafe(SECRET_BYTES)
        key = cls.objects.create(live=live, hashed_secret=digest(secret), last_four=secret[-4:], **fields)
        return IssuedKey(key, secret)
