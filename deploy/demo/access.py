"""Staff of each role, a member of the first customer, and their keys."""

import secrets
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from billing.domain.permissions import Role
from billing.domain.scopes import OF_AN_ORGANIZATION, Scope
from billing.models import ApiKey, Membership, Organization, User
from billing.staff import StaffGroup, ensure_staff_groups
from deploy.demo.act import DOMAIN

CUSTOMER_USER = f"customer@{DOMAIN}"


@transaction.atomic
def give_access(organization: Organization) -> dict[str, Any]:
    """Make them all anew and return what `var/credentials.json` tells; secrets are shown here and stored nowhere
    else. Running it again replaces passwords and keys."""
    password = secrets.token_urlsafe(12)
    groups = ensure_staff_groups()
    for name, group in groups.items():
        _staff(name, group, password)
    _customer(organization, password)
    ApiKey.objects.filter(name__startswith="Demo").delete()
    staff_key = ApiKey.issue(live=False, name="Demo staff", scopes=[str(scope) for scope in Scope])
    customer_key = ApiKey.issue(
        live=False,
        name="Demo customer",
        organization=organization,
        scopes=sorted(str(scope) for scope in OF_AN_ORGANIZATION),
    )
    return {
        "staff": {"username": staff_address(StaffGroup.SUPERADMIN), "password": password},
        "staff_api_key": staff_key.secret,
        "api_key": customer_key.secret,
        "organization": organization.public_id,
        "customer": {"username": CUSTOMER_USER, "password": password},
    }


def staff_address(group: StaffGroup) -> str:
    return f"{group.value.lower()}@{DOMAIN}"


def _staff(name: StaffGroup, group: Group, password: str) -> None:
    user, _ = User.objects.get_or_create(email=staff_address(name), defaults={"name": name.value})
    user.is_staff, user.is_superuser = True, name is StaffGroup.SUPERADMIN
    user.set_password(password)
    user.save()
    user.groups.set([group])


def _customer(organization: Organization, password: str) -> None:
    user, _ = User.objects.get_or_create(email=CUSTOMER_USER, defaults={"name": "Customer"})
    user.set_password(password)
    user.save()
    Membership.objects.get_or_create(
        organization=organization, user=user, defaults={"role": Role.OWNER, "joined_at": timezone.now()}
    )
