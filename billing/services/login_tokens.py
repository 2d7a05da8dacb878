"""The tokens of `POST auth/login`: opaque, with an end, few for each person, gone with the password.

Only their digest is stored (knox), so that a token can be ended and a copy of the table opens nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from knox.models import AuthToken

from billing.models import User

MOST = 10
"""Live tokens of one person; another one ends the oldest."""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """`secret` is shown once."""

    secret: str = field(repr=False)
    expires_at: datetime | None


@transaction.atomic
def issue(*, user: User, now: datetime) -> IssuedToken | None:
    """A token for the person who has just shown the password; None where that was changed, or the account closed,
    at the same moment."""
    held = User.objects.select_for_update().get(pk=user.pk)
    if held.password != user.password or not held.is_active:
        return None
    AuthToken.objects.filter(user=held, expiry__lte=now).delete()
    live = AuthToken.objects.filter(Q(expiry=None) | Q(expiry__gt=now), user=held).order_by("-created")
    AuthToken.objects.filter(pk__in=list(live.values_list("pk", flat=True)[MOST - 1 :])).delete()
    row, secret = AuthToken.objects.create(user=held)
    return IssuedToken(secret, row.expiry)


def end_all(*, user: User) -> int:
    """End every token of the person; returns how many there were."""
    return int(AuthToken.objects.filter(user=user).delete()[0])
