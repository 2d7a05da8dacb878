"""What a reconciliation found to be equal, so that the next one need not look at it field by field."""

from django.db import models


class ReconciledObject(models.Model):
    """`digest` is SHA-256, hexadecimal, over what was equal: Stripe's object, our snapshot's version, and our rows of
    it as they lay in the database. Without meaning beyond that: a row may be deleted at any time."""

    stripe_id = models.CharField(max_length=255, primary_key=True)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = "reconciled object"

    def __str__(self) -> str:
        return self.stripe_id
