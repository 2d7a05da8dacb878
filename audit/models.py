"""The log. Rows are added and never changed: triggers refuse UPDATE, DELETE and TRUNCATE."""

from django.db import models

from audit.actor import ActorKind


class AuditEntry(models.Model):
    """One thing that somebody did. Strings and JSON without foreign keys, so that nothing it names can take
    it along when it goes. `before` and `after` hold only the fields that changed."""

    organization_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in ActorKind])
    actor_id = models.CharField(max_length=128)
    target_type = models.CharField(max_length=64)
    target_id = models.CharField(max_length=255)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True, default="")
    request_id = models.CharField(max_length=64, blank=True, default="")
    ip_address = models.GenericIPAddressField(null=True)
    source = models.CharField(max_length=32, default="system")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "entry"
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["organization_id", "-id"], name="audit_entry_organization"),
            models.Index(fields=["target_type", "target_id", "-id"], name="audit_entry_target"),
            models.Index(fields=["action", "-id"], name="audit_entry_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target_type} {self.target_id}"
