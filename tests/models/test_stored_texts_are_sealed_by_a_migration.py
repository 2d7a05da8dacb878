"""An installation that has plain texts gets them sealed, and may go back; stopped half way, it goes on."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from billing.models import Invoice, PaymentAttempt, PaymentMethod
from tests.factories import START, InvoiceFactory, OrganizationFactory, PaymentAttemptFactory

BASE = Path(__file__).resolve().parents[2]
BEFORE, AFTER = "0007_columns_for_sealed_text", "0008_seal_what_is_stored"
PLAIN = "SELECT card_last_four FROM billing_paymentmethod UNION ALL SELECT card_last_four FROM billing_paymentattempt"
INDEXES = "SELECT DISTINCT card_last_four_index FROM billing_paymentmethod"
SECRET_IN_CLEAR = """
INSERT INTO djstripe_apikey (id, secret, type, livemode, name, stripe_data, djstripe_created, djstripe_updated)
VALUES ('k', 'sk_test_clear', 'secret', false, '', '{}', now(), now())
"""
PLAIN += " UNION ALL SELECT hosted_invoice_url FROM billing_invoice ORDER BY 1"


@pytest.fixture
def migrate(committing: str, database_urls: Callable[[str], str]) -> Callable[[str], None]:
    owner = database_urls("app_owner")
    environment = {**os.environ, "COUNTINGHOUSE_DATABASE_ROLE": "owner", "DATABASE_URL": owner, "DIRECT_URL": owner}

    def to(name: str) -> None:
        command = [sys.executable, "manage.py", "migrate", "billing", name, "--skip-checks"]
        done = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    return to


def rows() -> None:
    organization = OrganizationFactory()
    for number in range(3):
        PaymentMethod.objects.create(
            stripe_id=f"pm_{number}",
            organization=organization,
            type="card",
            card_last_four=f"{number:04d}" if number else "",
            created_at=START,
        )
    PaymentAttemptFactory(stripe_id="ch_1", card_last_four="4242")
    InvoiceFactory(stripe_id="in_1", hosted_invoice_url="https://invoice.stripe.com/i/1")


def test_there_and_back_and_on_after_a_stop(
    migrate: Callable[[str], None], database_urls: Callable[[str], str]
) -> None:
    rows()
    migrate(BEFORE)
    with psycopg.connect(database_urls("superuser"), autocommit=True) as superuser:
        texts: list[Any] = [text for (text,) in superuser.execute(PLAIN)]
        assert texts == ["", "0001", "0002", "4242", "https://invoice.stripe.com/i/1"]
        assert superuser.execute("SELECT DISTINCT card_last_four_index FROM billing_paymentmethod").fetchall() == [
            ("",)
        ]
        superuser.execute(SECRET_IN_CLEAR)
        migrate(AFTER)
        # as if it had been stopped before it was recorded, with one row to go
        superuser.execute("DROP INDEX payment_method_last_four")
        superuser.execute("UPDATE billing_paymentmethod SET card_last_four = '0002' WHERE stripe_id = 'pm_2'")
        superuser.execute("DELETE FROM django_migrations WHERE app = 'billing' AND name = %s", [AFTER])
        migrate(AFTER)
        sealed = [text for (text,) in superuser.execute(PLAIN)]
        assert [text.split(".")[0] for text in sealed] == ["", "v1", "v1", "v1", "v1"]
        assert superuser.execute("SELECT count(*) FROM djstripe_apikey").fetchone() == (0,)
    methods = PaymentMethod.objects.order_by("stripe_id")
    assert [row.card_last_four for row in methods] == ["", "0001", "0002"]
    assert PaymentMethod.objects.ending_with("0002").get().stripe_id == "pm_2"
    assert PaymentAttempt.objects.get().card_last_four == "4242"
    assert Invoice.objects.get().hosted_invoice_url == "https://invoice.stripe.com/i/1"
