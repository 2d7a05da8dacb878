"""Hand out and withdraw API keys."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from audit.actor import Actor
from audit.context import acting, ordinary_role
from audit.record import record
from billing.domain.scopes import INSTALLATION_ONLY, Scope
from billing.models import ApiKey, Organization
from billing.models.api_key import IssuedKey
from billing.services.errors import Cannot

DEFAULT_OVERLAP = timedelta(hours=24)
LONGEST_OVERLAP = timedelta(days=7)


class CannotIssueKey(Cannot):
    """The key would be of no use, or of too much."""

    code = "invalid_api_key_request"
    status = 422


class CannotRotateKey(Cannot):
    """The key is of no use any more, or has a successor already."""

    code = "cannot_rotate_api_key"


@ordinary_role("api_keys.issue")
def issue(
    *,
    organization: Organization | None,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
    reason: str = "",
    by: Actor,
) -> IssuedKey:
    """Make a key of the organization, or of the installation (None), in the installation's mode.

    The secret is in the result alone. Raises CannotIssueKey.
    """
    wanted = sorted(set(scopes))
    _check(name, wanted, organization)
    with acting(by), transaction.atomic():
        issued = ApiKey.issue(
            live=settings.STRIPE_LIVE_MODE,
            organization=organization,
            name=name.strip(),
            scopes=wanted,
            expires_at=expires_at,
        )
        record(
            "api_key.issued",
            target=("api_key", issued.key.public_id),
            organization_id=organization.pk if organization else None,
            after={"scopes": wanted, "expires_at": expires_at.isoformat() if expires_at else None},
            reason=reason,
        )
    return issued


def _check(name: str, scopes: list[str], organization: Organization | None) -> None:
    if not name.strip():
        raise CannotIssueKey("Give the key a name that says where it is used.")
    if not scopes:
        raise CannotIssueKey(f"Give the key at least one scope of: {', '.join(Scope)}.")
    unknown = set(scopes) - set(Scope)
    if unknown:
        raise CannotIssueKey(f"Unknown scopes: {', '.join(sorted(unknown))}.", code="unknown_scope")
    if organization is not None and organization.deleted_at is not None:
        raise CannotIssueKey("The organization was deleted in Stripe.", code="organization_deleted")
    if organization is not None and not INSTALLATION_ONLY.isdisjoint(scopes):
        raise CannotIssueKey(f"Only keys of the installation may have: {', '.join(sorted(INSTALLATION_ONLY))}.")


@ordinary_role("api_keys.rotate")
def rotate(
    *,
    key: ApiKey,
    overlap: timedelta = DEFAULT_OVERLAP,
    expires_at: datetime | None = None,
    now: datetime,
    reason: str = "",
    by: Actor,
) -> IssuedKey:
    """Make a key in the place of this one: same name, scopes, organization and end. The old one ends when the
    overlap is over, so that callers can be moved to the new one without a refused call.

    `expires_at` bounds the new key's end where that is earlier. Raises CannotRotateKey for a key that is revoked,
    has ended, or was rotated already.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise CannotRotateKey("The overlap is at most 7 days.", code="invalid_overlap")
    with acting(by), transaction.atomic():
        old = ApiKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
        _check_rotation(old, now)
        issued = ApiKey.issue(
            live=old.live,
            organization_id=old.organization_id,
            name=old.name,
            scopes=old.scopes,
            expires_at=_earlier(old.expires_at, expires_at),
            replaces=old,
            family=old.line,
        )
        end = now + overlap
        old.expires_at = min(old.expires_at or end, end)
        old.save(update_fields=["expires_at"])
        record(
            "api_key.rotated",
            target=("api_key", old.public_id),
            organization_id=old.organization_id,
            after={"replaced_by": issued.key.public_id, "expires_at": old.expires_at.isoformat()},
            reason=reason,
        )
    return issued


def _check_rotation(key: ApiKey, now: datetime) -> None:
    if key.revoked_at is not None:
        raise CannotRotateKey("The key has been revoked; issue a new one.", code="api_key_revoked")
    if key.organization is not None and key.organization.deleted_at is not None:
        raise CannotRotateKey("The organization was deleted in Stripe.", code="organization_deleted")
    successor = ApiKey.objects.filter(replaces=key).values_list("public_id", flat=True).first()
    if successor is not None:
        raise CannotRotateKey(f"The key was replaced by {successor}; rotate that one.", code="api_key_rotated")
    if key.expires_at is not None and key.expires_at <= now:
        raise CannotRotateKey("The key has expired; issue a new one.", code="api_key_expired")


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier of two ends; None is no end."""
    return min((end for end in (one, other) if end is not None), default=None)


@ordinary_role("api_keys.revoke")
def revoke(*, key: ApiKey, now: datetime, reason: str = "", by: Actor) -> None:
    """Make the key useless from now on. A key that is revoked already stays as it is."""
    with acting(by), transaction.atomic():
        if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
            record(
                "api_key.revoked",
                target=("api_key", key.public_id),
                organization_id=key.organization_id,
                reason=reason,
            )
    key.refresh_from_db()
