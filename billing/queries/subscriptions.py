"""Which subscription is meant, and what it grants."""

from billing.models import Plan, Subscription


class NoSubscription(LookupError):
    """The organization has no live subscription, or not the one that was named."""

    code = "no_subscription"


class SubscriptionAmbiguous(LookupError):
    """There are several; the caller has to name one."""

    code = "subscription_ambiguous"


def the_subscription(organization_id: int, stripe_id: str = "") -> Subscription:
    """The named subscription of the organization, else its only live one.

    Raises NoSubscription, SubscriptionAmbiguous.
    """
    own = Subscription.objects.filter(organization_id=organization_id).select_related("organization")
    own = own.prefetch_related("items__price__plan")
    found = list(own.filter(stripe_id=stripe_id)[:1] if stripe_id else own.live().newest_first()[:2])
    if not found:
        raise NoSubscription(f"There is no subscription {stripe_id}." if stripe_id else "There is no subscription.")
    if len(found) > 1:
        raise SubscriptionAmbiguous("There are several subscriptions; name one with ?subscription=.")
    return found[0]


def plan_of(subscription: Subscription) -> Plan | None:
    """The plan of the first item that has one that we know."""
    for item in subscription.items.all():
        price = getattr(item, "price", None)
        plan: Plan | None = getattr(price, "plan", None)
        if plan is not None:
            return plan
    return None


def active_count() -> int:
    """Subscriptions that are served now (trial, active, past due)."""
    return Subscription.objects.served().count()
