"""A run in figures, for commands, API and pages."""

from typing import Any

from billing.models import Discrepancy, ReconciliationRun


def report(run: ReconciliationRun) -> dict[str, Any]:
    """`discrepancies` and `amount` are what is left open."""
    return {
        "id": run.public_id,
        "checked": run.total("checked"),
        "found": run.found,
        "healed": run.total("healed"),
        "discrepancies": Discrepancy.objects.open().count(),
        "amount": [{"amount": amount, "currency": currency} for currency, amount in run.left.items()],
        "discrepancy_rate": round(run.discrepancy_rate, 6),
        "revenue_accuracy": round(run.revenue_accuracy, 6),
        "stripe_calls": run.stripe_calls,
        "nouns": run.tallies,
    }
