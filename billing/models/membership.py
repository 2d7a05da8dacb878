"""Who may act for an organization."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from audit.tenancy import TenantModel
from billing.domain.ids import new_membership_id
from billing.domain.permissions import Role
from billing.models.fields import choices, one_of


class Membership(TenantModel):
    """`joined_at` is when the person first acted for the organization. Until then the organization is told nothing
    of the person but the address that it gave itself, and the membership is not chosen where none is named."""

    public_id = models.CharField(max_length=64, unique=True, default=new_membership_id)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=choices(Role), default=Role.VIEWER)
    created_at = models.DateTimeField(default=timezone.now)
    joined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="membership_once"),
            one_of("membership_role", "role", Role),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"
