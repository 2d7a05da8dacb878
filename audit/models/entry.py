"""The log. Rows are added and never changed: triggers refuse UPDATE, DELETE and TRUNCATE."""

from typing import Any

import orjson
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.functional import cached_property

from audit.actor import ActorKind
from audit.models.personal_detail import PersonalDetail
from audit.personal import KEPT_ASIDE

ERASED = "[erased]"


class AuditEntryManager(models.Manager["AuditEntry"]):
    """Reads the details that lie beside the chain in the same statement."""

    def get_queryset(self) -> models.QuerySet["AuditEntry"]:
        aside = PersonalDetail.objects.filter(chain=OuterRef("chain"), sequence=OuterRef("sequence"))
        return super().get_queryset().annotate(aside=Subquery(aside.values("content")))


def _told(name: str, empty: Any) -> Any:
    """A value that stands in the content or beside the chain. It can be set, to word an entry in another way."""
    return property(lambda entry: entry.told.get(name, empty), lambda entry, value: entry.told.__setitem__(name, value))


class AuditEntry(models.Model):
    """One thing that somebody did. Strings and JSON without foreign keys, so that nothing it names can take
    it along when it goes.

    `content` is what the chain's hash covers, `hash` = SHA-256 of the hash before it and `content`. Every other
    column repeats a part of `content`, for indexes; the verification compares them. `before` and `after` hold only
    the fields that changed; they, `reason` and `ip_address` are made of the content and the details beside it.
    """

    chain = models.BigIntegerField()
    sequence = models.BigIntegerField()
    organization_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in ActorKind])
    actor_id = models.CharField(max_length=128)
    target_type = models.CharField(max_length=64)
    target_id = models.CharField(max_length=255)
    request_id = models.CharField(max_length=64, blank=True, default="")
    source = models.CharField(max_length=32, default="system")
    created_at = models.DateTimeField()
    content = models.TextField()
    hash = models.BinaryField()

    objects = AuditEntryManager()

    class Meta:
        verbose_name = "entry"
        verbose_name_plural = "entries"
        permissions = [("export_auditentry", "Can export entries")]
        indexes = [
            models.Index(fields=["organization_id", "-id"], name="audit_entry_organization"),
            models.Index(fields=["target_type", "target_id", "-id"], name="audit_entry_target"),
            models.Index(fields=["action", "-id"], name="audit_entry_action"),
            BrinIndex(fields=["created_at"], name="audit_entry_time"),
        ]
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="audit_entry_place")]

    def __str__(self) -> str:
        return f"{self.action} {self.target_type} {self.target_id}"

    before = _told("before", {})
    after = _told("after", {})
    reason = _told("reason", "")
    ip_address = _told("ip", None)

    @cached_property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = orjson.loads(self.content)["body"] if self.content else {}
        return body

    @property
    def details_erased(self) -> bool:
        return "personal" in self.body and self._aside is None

    @property
    def _aside(self) -> str | None:
        return getattr(self, "aside", None)

    @property
    def for_user(self) -> str:
        """The user whose place staff had taken, else empty."""
        return str(self.body.get("actor", {}).get("user", ""))

    @cached_property
    def told(self) -> dict[str, Any]:
        if self.details_erased:
            return _without_details(self.body)
        aside: dict[str, Any] = orjson.loads(self._aside) if self._aside else {}
        values = {name: {**self.body.get(name, {}), **aside.get(name, {})} for name in ("before", "after")}
        return {**aside, **values}


def _without_details(body: dict[str, Any]) -> dict[str, Any]:
    """What the chain itself tells, saying of each detail that there was one."""
    lost: dict[str, Any] = {"reason": ERASED} if "reason" in body["personal"]["fields"] else {}
    return {**lost, "before": _erased(body["before"]), "after": _erased(body["after"])}


def _erased(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _erased(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_erased(inner) for inner in value]
    return ERASED if value == KEPT_ASIDE else value
