"""What a list of Stripe's says of an object may be older than our row, if somebody wrote that while Stripe answered."""

from datetime import datetime, timedelta

from billing.models import StripeObject

CLOCKS_APART = timedelta(seconds=5)
"""At most, between two machines that write here."""


def may_be_older(row: StripeObject | None, asked_at: datetime) -> bool:
    """Whether a list that Stripe was asked for at that time may not know yet what made the row. What was written
    before came from an event or an answer that Stripe gave before, and its list knows of it."""
    return row is not None and row.updated_at >= asked_at - CLOCKS_APART
