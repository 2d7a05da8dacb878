"""The way of the money from Stripe's balance to the bank. It concerns all customers together: staff's alone."""

from django.db import models

from billing.domain.states import PayoutStatus
from billing.models.fields import choices, currency_check, currency_code, minor_units, one_of, stripe_key


class BalanceTransaction(models.Model):
    """One movement of the account's balance at Stripe; signed minor units of the currency that the account is paid
    in, which need not be that of its `source` (a charge, a refund, a dispute, a payout): then there is an
    `exchange_rate`. `net` is `amount` less `fee`.

    `payout_id` is ours: Stripe tells only for each payout which movements it pays out."""

    OURS = frozenset({"payout_id"})

    stripe_id = stripe_key()
    type = models.CharField(max_length=64)
    reporting_category = models.CharField(max_length=64, blank=True, default="")
    status = models.CharField(max_length=16)
    source_id = models.CharField(max_length=255, blank=True, default="")
    amount = minor_units()
    fee = minor_units(default=0)
    net = minor_units()
    currency = currency_code()
    exchange_rate = models.CharField(max_length=40, blank=True, default="")
    available_on = models.DateTimeField(null=True)
    payout_id = models.CharField(max_length=255, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["source_id"], name="balance_transaction_source"),
            models.Index(fields=["payout_id"], name="balance_transaction_payout"),
            models.Index(fields=["-created_at", "-id"], name="balance_transaction_newest"),
        ]
        constraints = [
            one_of("balance_transaction_status", "status", ("pending", "available")),
            currency_check("balance_transaction_currency"),
            models.CheckConstraint(
                name="balance_transaction_net", condition=models.Q(net=models.F("amount") - models.F("fee"))
            ),
        ]

    def __str__(self) -> str:
        return self.stripe_id


class Payout(models.Model):
    """Money on its way from Stripe's balance to the bank; minor units. Stripe makes an automatic one of all movements
    that became available, and tells which; one made by hand takes any amount of the balance."""

    stripe_id = stripe_key()
    status = models.CharField(max_length=16, choices=choices(PayoutStatus))
    amount = models.BigIntegerField()
    currency = currency_code()
    automatic = models.BooleanField(default=True)
    method = models.CharField(max_length=32, blank=True, default="")
    reconciliation_status = models.CharField(max_length=32, blank=True, default="")
    balance_transaction_id = models.CharField(max_length=255, blank=True, default="")
    failure_balance_transaction_id = models.CharField(max_length=255, blank=True, default="")
    failure_code = models.CharField(max_length=64, blank=True, default="")
    arrives_at = models.DateTimeField(null=True)
    metadata = models.JSONField(default=dict)
    livemode = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-created_at", "-id"], name="payout_newest")]
        constraints = [one_of("payout_status", "status", PayoutStatus), currency_check("payout_currency")]

    def __str__(self) -> str:
        return self.stripe_id
