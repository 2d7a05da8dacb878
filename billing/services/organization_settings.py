"""What an organization decides about itself that Stripe does not hold."""

from django.db import transaction

from audit.actor import Actor
from audit.context import acting, ordinary_role
from audit.record import record
from billing.models import Organization

OURS = ("time_zone", "locale")


@ordinary_role("organization_settings.change")
def change(*, organization: Organization, changes: dict[str, str], by: Actor) -> Organization:
    """Set `time_zone` (IANA name, checked by the caller) and `locale`; what stays the same is not logged."""
    with acting(by), transaction.atomic():
        locked = Organization.objects.select_for_update().get(pk=organization.pk)
        before = {name: getattr(locked, name) for name in OURS}
        after = {name: value for name, value in changes.items() if name in before and before[name] != value}
        if after:
            Organization.objects.filter(pk=locked.pk).update(**after)
            record(
                "organization.changed",
                target=("organization", locked.public_id),
                organization_id=locked.pk,
                before={name: before[name] for name in after},
                after=after,
            )
    organization.refresh_from_db()
    return organization
