"""Hand out and withdraw API keys."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from audit.actor import Actor
from audit.context import acting, ordinary_role
from audit.record import record
from billing.domain.scopes import INSTALLATION_ONLY, Scope
from billing.models import ApiKey, Organization
from billing.models.api_key import IssuedKey
from billing.services.errors import Cannot


class CannotIssueKey(Cannot):
    """The key would be of no use, or of too much."""

    code = "invalid_api_key_request"
    status = 422


@ordinary_role("api_keys.issue")
def issue(
    *,
    organization: Organization | None,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
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
    if organization is not None and not INSTALLATION_ONLY.isdisjoint(scopes):
        raise CannotIssueKey(f"Only keys of the installation may have: {', '.join(sorted(INSTALLATION_ONLY))}.")


@ordinary_role("api_keys.revoke")
def revoke(*, key: ApiKey, now: datetime, by: Actor) -> None:
    """Make the key useless from now on. A key that is revoked already stays as it is."""
    with acting(by), transaction.atomic():
        if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
            record("api_key.revoked", target=("api_key", key.public_id), organization_id=key.organization_id)
    key.refresh_from_db()
