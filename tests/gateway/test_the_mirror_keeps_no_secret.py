"""dj-stripe's tables hold what Stripe said; the key that it was asked with is not theirs to keep."""

import pytest
import stripe
from django.conf import settings as configured
from djstripe.models import Account as DjstripeAccount
from djstripe.models import APIKey, Customer

from billing.gateway import mirror, objects
from tests.sandbox.scenes import Account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sdk_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe, "api_base", stripe.api_base)
    monkeypatch.setattr(stripe, "max_network_retries", 0)


def test_a_digest_remembers_whose_account_it_is(account: Account) -> None:
    snapshot = objects.fetch("customer", account.v1.customers.create({"name": "Acme"}).id)
    assert snapshot is not None
    mirror.sync("customer", snapshot)
    row = APIKey.objects.get()
    assert configured.STRIPE_SECRET_KEY not in (row.secret, row.name)
    assert len(row.secret) == 64
    assert row.djstripe_owner_account == DjstripeAccount.objects.get()
    assert Customer.objects.get().djstripe_owner_account == row.djstripe_owner_account


def test_a_second_object_needs_no_second_look(account: Account) -> None:
    for _ in range(2):
        snapshot = objects.fetch("customer", account.v1.customers.create({"name": "Acme"}).id)
        assert snapshot is not None
        mirror.sync("customer", snapshot)
    assert APIKey.objects.count() == DjstripeAccount.objects.count() == 1


def test_dj_stripe_asks_with_the_key_of_the_settings(account: Account) -> None:
    snapshot = objects.fetch("customer", account.v1.customers.create({"name": "Acme"}).id)
    assert snapshot is not None
    mirror.sync("customer", snapshot)
    assert Customer.objects.get().default_api_key == configured.STRIPE_SECRET_KEY
