"""Whose hands are tied, and how much money they may move alone (the APPROVAL_LIMIT_ variables)."""

from django.conf import settings

from audit.actor import Actor, ActorKind
from billing.domain.limits import Limits, highest
from billing.models import ApiKey, User
from billing.staff import StaffGroup


def limits_of(actor: Actor) -> Limits | None:
    """None for those without any: the system, and customers, who spend their own money. Somebody whom we do not
    find may move nothing alone."""
    if actor.kind == ActorKind.STAFF:
        return limits_of_person(User.objects.filter(pk=actor.id).prefetch_related("groups").first())
    if actor.kind == ActorKind.API_KEY:
        return _limits_of_key(ApiKey.objects.filter(public_id=actor.id).first())
    return None


def limits_of_person(user: User | None) -> Limits:
    """The highest of the groups that a member of staff is in; full rights count as Superadmin."""
    if user is None:
        return {}
    names = {group.name for group in user.groups.all()}
    if user.is_superuser:
        names.add(StaffGroup.SUPERADMIN.value)
    by_group = {
        StaffGroup.SUPPORT: settings.APPROVAL_LIMIT_SUPPORT,
        StaffGroup.FINANCE: settings.APPROVAL_LIMIT_FINANCE,
        StaffGroup.SUPERADMIN: settings.APPROVAL_LIMIT_SUPERADMIN,
    }
    return highest(limits for group, limits in by_group.items() if group.value in names)


def _limits_of_key(key: ApiKey | None) -> Limits | None:
    if key is None:
        return {}
    limits: Limits = settings.APPROVAL_LIMIT_API
    return limits if key.organization_id is None else None
