"""dj-stripe as the raw mirror: it stores Stripe's objects as they are, from our snapshots, a little later.

Its model helpers are never used (they read fields that the pinned API version no longer has), its webhook view is
not mounted. A failure here never holds up the projection.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import stripe
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import ForeignKey, Model, Q, QuerySet
from djstripe import models as djstripe_models
from djstripe.enums import APIKeyType
from djstripe.models import Account, APIKey, Charge, Coupon, Discount
from djstripe.models.api import get_api_key_details_by_prefix
from djstripe.models.base import StripeModel
from djstripe.settings import djstripe_settings

# In the order of dependence, so that parents are there when their children come.
MODELS: dict[str, type[StripeModel]] = {
    "account": djstripe_models.Account,
    "product": djstripe_models.Product,
    "price": djstripe_models.Price,
    "coupon": djstripe_models.Coupon,
    "customer": djstripe_models.Customer,
    "payment_method": djstripe_models.PaymentMethod,
    "setup_intent": djstripe_models.SetupIntent,
    "subscription": djstripe_models.Subscription,
    "invoice": djstripe_models.Invoice,
    "payment_intent": djstripe_models.PaymentIntent,
    "balance_transaction": djstripe_models.BalanceTransaction,
    "charge": djstripe_models.Charge,
    "dispute": djstripe_models.Dispute,
    "refund": djstripe_models.Refund,
    "payout": djstripe_models.Payout,
}
ORDER = list(MODELS)


def is_mirrored(object_type: str) -> bool:
    """dj-stripe has no models for invoice payments, credit notes and meters: StripeObject is their mirror."""
    return object_type in MODELS


def sync(object_type: str, snapshot: dict[str, Any]) -> None:
    """Give one snapshot to dj-stripe. Missing parents it fetches by itself, inside its own transaction."""
    stripe.api_base = settings.STRIPE_API_BASE  # dj-stripe asks through the SDK's global client
    stripe_class = MODELS[object_type].stripe_class
    payload = stripe_class.construct_from(snapshot, settings.STRIPE_SECRET_KEY)
    with transaction.atomic():
        MODELS[object_type].sync_from_stripe_data(payload, api_key=settings.STRIPE_SECRET_KEY)


def forget(customer_id: str, stripe_ids: Sequence[str], *, dry: bool) -> Counter[str]:
    """Delete the copies of a customer and of these objects of its own; returns how many, by table."""
    done: Counter[str] = Counter()
    balances = Charge.objects.filter(id__in=stripe_ids).values_list("balance_transaction_id", flat=True)
    ids = {*stripe_ids, *(one for one in balances if one)}
    with transaction.atomic():
        for model in reversed(list(apps.get_app_config("djstripe").get_models())):
            rows = _theirs(model, customer_id, ids)
            deleted = {model._meta.label: rows.count()} if dry else rows.delete()[1]  # with what hangs on them
            for label, count in deleted.items():
                done[apps.get_model(label)._meta.db_table] += count
    return +done


def _theirs(model: type[Model], customer_id: str, ids: Collection[str]) -> QuerySet[Any]:
    fields = {one.name: one for one in model._meta.concrete_fields}
    theirs = Q(pk__in=[])
    if "id" in fields and not fields["id"].primary_key:
        theirs |= Q(id__in=ids)
    if isinstance(fields.get("customer"), ForeignKey):
        theirs |= Q(customer__id=customer_id)
    return model._base_manager.filter(theirs)


def repair_djstripe() -> None:
    """Mend what dj-stripe 2.11 reads as older API versions had it."""
    _read_coupons_in_their_source()
    _leave_discounts_that_are_only_named()
    _keep_no_secret_key()


def _read_coupons_in_their_source() -> None:
    """A customer's coupon is in `discount.source.coupon`; dj-stripe reads `discount.coupon` and fails without it."""
    original = Coupon._get_or_create_from_stripe_object.__func__

    def from_source(cls: type[Coupon], /, data: Any, field_name: str = "id", **options: Any) -> Any:
        if field_name == "coupon" and not data.get("coupon"):
            coupon = (data.get("source") or {}).get("coupon")
            if not coupon:
                return None, False
            plain = data if isinstance(data, dict) else data.to_dict()
            data = {**plain, "coupon": coupon}
        return original(cls, data, field_name, **options)

    Coupon._get_or_create_from_stripe_object = classmethod(from_source)


def _leave_discounts_that_are_only_named() -> None:
    """An invoice of an event names its discounts by id, and Stripe has no way to fetch one: there is nothing to keep
    of them, where dj-stripe expects whole objects and fails."""
    original = Discount.sync_from_stripe_data.__func__

    def whole_ones(cls: type[Discount], /, data: Any, **options: Any) -> Any:
        return None if isinstance(data, str) else original(cls, data, **options)

    Discount.sync_from_stripe_data = classmethod(whole_ones)


def _keep_no_secret_key() -> None:
    """dj-stripe stores Stripe's secret key in clear, to remember whose account it is. A digest does as well, and the
    key itself is in the settings."""

    def owner(cls: type[Account], api_key: str) -> Account | None:
        kind, livemode = get_api_key_details_by_prefix(api_key)
        digest = hashlib.sha256(f"countinghouse/{api_key}".encode()).hexdigest()
        with transaction.atomic():
            known = {"type": kind, "livemode": livemode}
            row, _ = APIKey.objects.get_or_create(secret=digest, defaults=known)
            if row.djstripe_owner_account is None and kind in (APIKeyType.secret, APIKeyType.restricted):
                row.djstripe_owner_account = _account(cls, api_key)
                row.save()
            return row.djstripe_owner_account

    def from_settings(self: Account, livemode: bool | None = None) -> str:
        return str(djstripe_settings.get_default_api_key(self.livemode if livemode is None else livemode))

    Account.get_or_retrieve_for_api_key = classmethod(owner)
    Account.get_default_api_key = from_settings


def _account(cls: type[Account], api_key: str) -> Account:
    """Made before it is synced, because syncing asks for it."""
    answer = cls.stripe_class.retrieve(api_key=api_key, stripe_version=djstripe_settings.STRIPE_API_VERSION)
    account, is_new = cls.objects.get_or_create(id=answer["id"])
    if is_new:
        cls.sync_from_stripe_data(answer, api_key=api_key)
    return account
