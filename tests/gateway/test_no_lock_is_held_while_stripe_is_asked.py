"""Stripe may take seconds; a transaction that waits for it holds up everybody who needs the same rows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from billing.gateway.client import ask, refuse_open_transaction
from billing.gateway.errors import OpenTransaction, StripeFault
from billing.gateway.health import check_stripe
from billing.gateway.objects import fetch, pages
from billing.gateway.operations import perform
from billing.gateway.previews import preview_invoice
from tests.gateway.wire import Wire

DOORS: dict[str, Callable[[], Any]] = {
    "ask": lambda: ask("get", "/v1/customers", operation="test.open"),
    "fetch": lambda: fetch("customer", "cus_1"),
    "pages": lambda: list(pages("/v1/customers")),
    "perform": lambda: perform("customers.create", {}, idempotency_key="cmd_1"),
    "preview_invoice": preview_invoice,
    "check_stripe": check_stripe,
}


@pytest.mark.django_db
@pytest.mark.parametrize("door", DOORS)
def test_inside_a_transaction_nothing_is_sent(wire: Wire, door: str) -> None:
    with transaction.atomic(), pytest.raises(OpenTransaction, match="Commit first"):
        DOORS[door]()
    assert wire.asked == []


@pytest.mark.django_db
def test_the_innermost_of_several_blocks_does_not_hide_the_outer(wire: Wire) -> None:
    with transaction.atomic(), transaction.atomic(savepoint=False), pytest.raises(OpenTransaction):
        refuse_open_transaction()


@pytest.mark.django_db
def test_after_the_block_stripe_may_be_asked(wire: Wire) -> None:
    with transaction.atomic():
        pass
    assert ask("get", "/v1/customers/cus_1", operation="test.open") == {"id": "x_1"}


def test_a_request_after_a_rollback_is_taken(committing: str, wire: Wire) -> None:
    """With real transactions, without the one that a test case wraps around everything."""
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError
    refuse_open_transaction()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        with pytest.raises(OpenTransaction):
            refuse_open_transaction()
    refuse_open_transaction()


@pytest.mark.django_db
def test_it_is_a_mistake_of_ours_and_no_fault_of_stripe(wire: Wire) -> None:
    """Nobody who handles Stripe's faults may take it for one and try again."""
    assert not issubclass(OpenTransaction, StripeFault)
