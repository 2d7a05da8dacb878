"""For whom a sender may report usage, and whom an event's subject means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from billing.models.organization import Organization
from usage.domain.event import Rejected


@dataclass(frozen=True, slots=True)
class Sender:
    """`organization` None: the installation, which reports for every organization and must name it."""

    organization: Organization | None = None


class Subjects:
    """The organizations that a batch's subjects name, by public id or Stripe customer id; read in one query."""

    def __init__(self, sender: Sender, subjects: Iterable[str | None]) -> None:
        self._own = sender.organization
        self._known = _names([self._own]) if self._own else _look_up({name for name in subjects if name})

    def organization_id(self, subject: str | None) -> int:
        """An organization that reports for itself need not name itself. Raises Rejected: `unknown_subject`."""
        if subject is None and self._own is not None:
            return self._own.pk
        found = self._known.get(subject or "")
        if found is None:
            raise Rejected("unknown_subject", "The subject must be an organization's id or Stripe customer id.")
        return found


def _look_up(names: set[str]) -> Mapping[str, int]:
    wanted = list(names)
    found = Organization.objects.standing().filter(Q(public_id__in=wanted) | Q(stripe_customer_id__in=wanted))
    return _names(found.only("pk", "public_id", "stripe_customer_id"))


def _names(organizations: Iterable[Organization]) -> Mapping[str, int]:
    names = {organization.public_id: organization.pk for organization in organizations}
    names |= {one.stripe_customer_id: one.pk for one in organizations if one.stripe_customer_id}
    return names
