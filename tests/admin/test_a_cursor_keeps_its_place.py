"""Rows come and go while somebody reads a list. The cursor stands between two rows, wherever the pages are cut; and
what comes back from a browser is taken only where this very list had sent it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.test import Client

from billing.admin import keyset
from billing.admin.keyset import read_page
from billing.models import Organization, StripeCommand, Subscription, User
from tests import factories
from tests.admin.addresses import list_of

START = datetime(2026, 1, 1, tzinfo=UTC)
NEWEST = ("-created_at", "-id")
NEXT_INVOICE = ("current_period_end", "id")


@pytest.fixture
def ten(db: None) -> list[Organization]:
    """The newest first."""
    rows = [factories.OrganizationFactory(created_at=START + timedelta(hours=hour)) for hour in range(10)]
    return rows[::-1]


def names(rows: list[Organization]) -> list[str]:
    return [row.name for row in rows]


def page(cursor: str = "", size: int = 3, order: tuple[str, ...] = NEWEST) -> keyset.Page:
    return read_page(Organization.objects.all(), order, cursor, size)


def test_the_first_page_has_nothing_before_it(ten: list[Organization]) -> None:
    first = page()
    assert first.before == ""
    assert names(first.rows) == names(ten[:3])


def test_the_last_page_has_nothing_after_it(ten: list[Organization]) -> None:
    whole = page(size=10)
    assert (whole.before, whole.after) == ("", "")
    assert len(whole.rows) == 10


def test_an_empty_list_has_no_neighbours(db: None) -> None:
    assert page() == keyset.Page([], "", "")


@pytest.mark.parametrize("size", [1, 2, 3, 9])
def test_there_and_back_again(ten: list[Organization], size: int) -> None:
    first = page(size=size)
    second = page(first.after, size)
    assert page(second.before, size).rows == first.rows
    assert second.rows == ten[size : 2 * size]


def test_a_row_that_comes_shifts_nothing(ten: list[Organization]) -> None:
    first = page()
    factories.OrganizationFactory(created_at=START + timedelta(days=9))
    assert names(page(first.after).rows) == names(ten[3:6])


def test_a_row_that_goes_shifts_nothing(ten: list[Organization]) -> None:
    first = page()
    ten[0].delete()
    assert names(page(first.after).rows) == names(ten[3:6])


def test_the_row_of_the_cursor_may_go_itself(ten: list[Organization]) -> None:
    first = page()
    ten[2].delete()
    assert names(page(first.after).rows) == names(ten[3:6])


def test_reading_back_meets_what_came_meanwhile(ten: list[Organization]) -> None:
    second = page(page().after)
    newest = factories.OrganizationFactory(created_at=START + timedelta(days=9))
    back = page(second.before)
    assert names(back.rows) == names(ten[:3])
    assert names(page(back.before).rows) == [newest.name]


def test_the_end_reads_as_the_end_although_all_before_it_went(ten: list[Organization]) -> None:
    cursor = page().after
    Organization.objects.all().delete()
    assert page(cursor).rows == []


@pytest.mark.parametrize("order", [NEWEST, ("created_at", "id"), ("name", "id"), ("-email", "id")])
def test_ties_are_broken_by_the_id(db: None, order: tuple[str, ...]) -> None:
    for _ in range(7):
        factories.OrganizationFactory(name="Same", email="same@example.com", created_at=START)
    seen, cursor = [], ""
    for _ in range(4):
        found = page(cursor, 2, order)
        seen += [row.pk for row in found.rows]
        cursor = found.after
    assert sorted(seen, reverse=order[1].startswith("-")) == seen
    assert len(set(seen)) == 7
    assert cursor == ""


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize(("dated", "dateless"), [(0, 5), (5, 0), (3, 3), (1, 1)])
def test_rows_without_a_value_stand_at_one_end(db: None, descending: bool, dated: int, dateless: int) -> None:
    sign = "-" if descending else ""
    for number in range(dated + dateless):
        end = START + timedelta(days=60 + number) if number < dated else None
        factories.SubscriptionFactory(current_period_end=end)
    order, rows, cursor = (f"{sign}current_period_end", f"{sign}id"), [], ""
    while True:
        found = read_page(Subscription.objects.all(), order, cursor, 2)
        rows += found.rows
        cursor = found.after
        if not cursor:
            break
    known = [row.current_period_end is not None for row in rows]
    assert known == sorted(known, reverse=not descending)
    assert len({row.pk for row in rows}) == dated + dateless


def test_the_moment_is_kept_to_the_microsecond(db: None) -> None:
    for micro in range(4):
        factories.OrganizationFactory(created_at=START + timedelta(microseconds=micro))
    first = page(size=2)
    assert [row.created_at.microsecond for row in first.rows] == [3, 2]
    assert [row.created_at.microsecond for row in page(first.after, 2).rows] == [1, 0]


@pytest.mark.parametrize("cut", [0, 1, -1])
def test_a_cursor_that_was_touched_is_none(ten: list[Organization], cut: int) -> None:
    cursor = page().after
    touched = {0: f"A{cursor}", 1: cursor[1:], -1: cursor[:-1]}[cut]
    assert names(page(touched).rows) == names(ten[:3])


def test_a_cursor_signed_for_something_else_is_none(ten: list[Organization]) -> None:
    other = signing.dumps([False, [START.isoformat(), 1]], salt="something.else")
    assert names(page(other).rows) == names(ten[:3])


@pytest.mark.parametrize(
    ("rows", "order"),
    [
        (User.objects.all(), ("email", "id")),
        (StripeCommand.objects.all(), ("-id",)),
        (Organization.objects.all(), ("name", "id")),
        (Organization.objects.all(), ("created_at", "id")),
    ],
)
def test_a_cursor_of_another_list_begins_again(ten: list[Organization], rows: object, order: tuple[str, ...]) -> None:
    """Its values would be compared with columns of another kind."""
    for number in range(2):
        User.objects.create(email=f"staff{number}@example.com")
        StripeCommand.objects.create(
            operation="x", idempotency_key=f"k{number}", actor_kind="system", actor_id="system"
        )
    foreign = read_page(rows, order, "", 1).after  # type: ignore[arg-type]
    assert foreign
    assert names(page(foreign).rows) == names(ten[:3])


def test_a_cursor_of_another_page_is_no_error(admin: Client, ten: list[Organization]) -> None:
    User.objects.create(email="someone@example.com", is_staff=True)
    foreign = read_page(User.objects.filter(is_staff=True), ("email", "id"), "", 1).after
    answer = admin.get(list_of(Organization), {"at": foreign})
    assert answer.status_code == 200
    assert answer.content.decode().count('<th scope="row">') == 10


def test_a_cursor_tells_no_more_than_the_row_did(ten: list[Organization]) -> None:
    content = signing.loads(page().after, salt=signing_salt())
    assert content == [False, [ten[2].created_at.isoformat(), ten[2].pk]]


def signing_salt() -> str:
    return keyset.salt_of(Organization, NEWEST)
