"""Exchange rates, as they were given to us."""

from django.db import models

from billing.models.fields import currency_check, currency_code


class FxRate(models.Model):
    """From `day` on, one unit of `currency` is worth `rate` units of `into` (major units: euros, not cents).

    Append-only: a corrected rate is a later row, so that a report pinned to a moment of knowledge keeps its rate."""

    day = models.DateField()
    currency = currency_code()
    into = currency_code()
    rate = models.DecimalField(max_digits=24, decimal_places=12)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = "exchange rate"
        indexes = [models.Index(fields=["into", "currency", "day", "recorded_at"], name="fx_rate_latest")]
        constraints = [
            models.CheckConstraint(name="fx_rate_positive", condition=models.Q(rate__gt=0)),
            currency_check("fx_rate_currency"),
            currency_check("fx_rate_into", "into"),
        ]

    def __str__(self) -> str:
        return f"{self.day} 1 {self.currency} = {self.rate} {self.into}"
