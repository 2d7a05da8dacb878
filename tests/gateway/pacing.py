"""What is in the row that all processes share."""

from billing.models import StripePace


def pace_row() -> StripePace:
    return StripePace.objects.get()
