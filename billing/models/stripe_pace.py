"""How fast Stripe may be asked, and whether at all: what all processes know of it together."""

from django.db import models


class StripePace(models.Model):
    """One row: the bucket of tokens and the circuit breaker. The table is UNLOGGED: a crash of the database forgets a
    second's pace and nothing else.

    `tokens` were there at `filled_at`. `closed_until`: Stripe asked us to wait. `failures` came one after the other
    without an answer in between; `open_until` is the time from which one request may try whether Stripe is back, and
    None while the breaker is shut; `openings` how often it opened since Stripe last answered."""

    name = models.CharField(max_length=16, primary_key=True)
    tokens = models.FloatField()
    filled_at = models.DateTimeField()
    closed_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    openings = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.tokens:.1f}"
