"""What is on offer."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

from billing.models import Plan


@register(Tags.database)
def check_plans_have_prices(*, databases: Sequence[str] | None = None, **_: Any) -> Iterator[CheckMessage]:
    """A warning, not an error: `migrate` runs the checks of the database, and must not be held up by the catalog."""
    for alias in databases or []:
        if Plan._meta.db_table not in connections[alias].introspection.table_names():
            continue  # before the first migration
        for plan in Plan.objects.using(alias).offered().exclude(prices__active=True):
            yield Warning(
                f"The plan {plan.code!r} is on offer without an active price: nobody can subscribe to it.",
                hint="Give its product a price in Stripe, or take the plan off the public catalog.",
                obj=plan,
                id="billing.W001",
            )
