"""Who may act for an organization."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from audit.tenancy import TenantModel
from billing.domain.ids import new_membership_id
from billing.models.fields import one_of


class Role(models.TextChoices):
    OWNER = "owner"
    ADMIN = "admin"
    BILLING = "billing"
    VIEWER = "viewer"


class Membership(TenantModel):
    public_id = models.CharField(max_length=64, unique=True, default=new_membership_id)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.VIEWER)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="membership_once"),
            one_of("membership_role", "role", Role.values),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"
