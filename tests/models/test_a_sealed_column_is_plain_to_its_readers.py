"""card_last_four and hosted_invoice_url: sealed in the database, plain on the instance."""

import copy
import pickle
from typing import Any

import pytest
from django.db import connection

from audit.sealed_field import UNREADABLE, PlainText, Sealed
from billing.models import Invoice, PaymentAttempt, PaymentMethod
from tests.audit.keys import NEW, OLD
from tests.factories import START, InvoiceFactory, OrganizationFactory, PaymentAttemptFactory

pytestmark = pytest.mark.django_db

URL = "https://invoice.stripe.com/i/acct_1/live_secret-link"


def method(stripe_id: str = "pm_1", last_four: str = "4242", **fields: Any) -> PaymentMethod:
    fields.setdefault("organization", OrganizationFactory())
    return PaymentMethod.objects.create(
        stripe_id=stripe_id, type="card", card_last_four=last_four, created_at=START, **fields
    )


def stored(row: Any, column: str = "card_last_four") -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{row._meta.db_table}" WHERE id = %s', [row.pk])
        return str(cursor.fetchone()[0])


def store(row: Any, text: str, column: str = "card_last_four") -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{row._meta.db_table}" SET "{column}" = %s WHERE id = %s', [text, row.pk])


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


@pytest.mark.parametrize(
    ("make", "column", "plain"),
    [
        (method, "card_last_four", "4242"),
        (PaymentAttemptFactory, "card_last_four", "4242"),
        (lambda: InvoiceFactory(hosted_invoice_url=URL), "hosted_invoice_url", URL),
    ],
)
def test_the_database_never_sees_the_text(make: Any, column: str, plain: str) -> None:
    row = make()
    assert (getattr(row, column), getattr(fresh(row), column)) == (plain, plain)
    assert stored(row, column).startswith("v1.")
    assert plain not in stored(row, column)


def test_an_empty_text_stays_empty() -> None:
    row = method(last_four="")
    assert (stored(row), stored(row, "card_last_four_index")) == ("", "")
    assert list(PaymentMethod.objects.exclude(card_last_four="")) == []


def test_saving_what_was_only_read_changes_nothing() -> None:
    row = method()
    before = stored(row), stored(row, "card_last_four_index")
    read = fresh(row)
    read.card_exp_year = 2040
    read.save()
    assert (stored(row), stored(row, "card_last_four_index")) == before


def test_saving_a_new_text_seals_it_and_moves_the_index() -> None:
    row = fresh(method())
    row.card_last_four = "0005"
    row.save()
    assert fresh(row).card_last_four == "0005"
    assert list(PaymentMethod.objects.ending_with("0005")) == [row]
    assert not PaymentMethod.objects.ending_with("4242").exists()


def test_rows_written_in_sets_are_sealed_too() -> None:
    organization = OrganizationFactory()
    rows = [
        PaymentMethod(
            stripe_id=f"pm_{n}", organization=organization, type="card", card_last_four="4242", created_at=START
        )
        for n in range(5)
    ]
    PaymentMethod.objects.bulk_create(rows)
    kept = list(PaymentMethod.objects.order_by("id"))
    assert {row.card_last_four for row in kept} == {"4242"}
    assert len({stored(row) for row in kept}) == 5


@pytest.mark.parametrize(
    "careless",
    [
        lambda: PaymentMethod.objects.update(card_last_four="1111"),
        lambda: list(PaymentMethod.objects.filter(card_last_four="4242")),
        lambda: PaymentMethod.objects.bulk_update(list(PaymentMethod.objects.all()), ["card_last_four"]),
        lambda: list(Invoice.objects.filter(hosted_invoice_url__in=[URL])),
    ],
)
def test_a_plain_text_is_never_sent(careless: Any) -> None:
    method()
    with pytest.raises(PlainText, match="blind index"):
        careless()


def test_what_knows_of_no_row_gives_what_is_stored() -> None:
    row = method()
    value = PaymentMethod.objects.values_list("card_last_four", flat=True).get()
    assert isinstance(value, Sealed)
    assert value == stored(row)


def test_a_deferred_column_is_opened_when_it_is_asked_for() -> None:
    method()
    row = PaymentMethod.objects.only("type").get()
    assert row.card_last_four == "4242"
    assert row.stripe_id == "pm_1"


def test_copies_open_as_the_row_does() -> None:
    row = fresh(method())
    assert [one.card_last_four for one in (copy.copy(row), pickle.loads(pickle.dumps(row)))] == ["4242", "4242"]  # noqa: S301
    assert b"4242" not in pickle.dumps(row)


def test_two_rows_texts_that_change_places_are_unreadable() -> None:
    first, second = method("pm_1"), method("pm_2")
    one, two = stored(first), stored(second)
    store(first, two)
    store(second, one)
    assert [fresh(row).card_last_four for row in (first, second)] == [UNREADABLE, UNREADABLE]


def test_a_text_of_another_column_is_unreadable() -> None:
    attempt, row = PaymentAttemptFactory(stripe_id="pm_1"), method("pm_1")
    store(attempt, stored(row))
    assert fresh(attempt).card_last_four == UNREADABLE


def test_what_cannot_be_opened_survives_being_saved(settings: Any) -> None:
    """A key that is missing for a while destroys nothing, whatever is done with the rows meanwhile."""
    settings.ENCRYPTION_KEYS = [OLD]
    row = method()
    before = stored(row), stored(row, "card_last_four_index")
    settings.ENCRYPTION_KEYS = [NEW]
    read = fresh(row)
    assert read.card_last_four == UNREADABLE
    read.refresh_from_db()
    read.save()
    assert (stored(row), stored(row, "card_last_four_index")) == before
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert fresh(row).card_last_four == "4242"


def test_rows_of_an_older_key_are_found_too(settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    older = method("pm_1")
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    newer = method("pm_2")
    assert list(PaymentMethod.objects.ending_with("4242").order_by("id")) == [older, newer]
    settings.ENCRYPTION_KEYS = [NEW]
    assert list(PaymentMethod.objects.ending_with("4242")) == [newer]


def test_the_search_reads_an_index(django_assert_num_queries: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = PaymentMethod.objects.ending_with("4242").order_by("-id")[:5].explain()
    assert "payment_method_last_four" in plan


def test_the_index_says_nothing_of_other_tables() -> None:
    assert not hasattr(PaymentAttempt, "card_last_four_index")
