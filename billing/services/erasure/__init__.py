"""Forget a customer's persons, as Art. 17 GDPR asks, and keep what the law makes us keep."""

from billing.services.erasure.erase import erase, what_is_there
from billing.services.erasure.refusals import CannotErase

__all__ = ["CannotErase", "erase", "what_is_there"]
