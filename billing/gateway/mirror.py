"""dj-stripe as the raw mirror of Stripe's objects."""


def repair_djstripe() -> None:
    """Filled in below."""
