"""With real transactions, connections and threads: what one customer reads in, no other work runs in."""

import threading

import pytest
from django.db import connection, transaction

from audit.context import CUSTOMER_ROLE, current_tenant, tenant

pytestmark = pytest.mark.usefixtures("committing")


class Stop(Exception):
    pass


def asked(what: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {what}")
        return cursor.fetchone()[0]


def role() -> str:
    return asked("current_user::text")


def organization_of_the_session() -> str:
    return asked("coalesce(current_setting('app.organization_id', true), '')")


def as_before() -> bool:
    return (role(), organization_of_the_session(), current_tenant()) == ("app_rw", "", None)


def test_it_does_not_take_part_in_a_transaction_of_the_caller():
    with (
        transaction.atomic(),
        pytest.raises(RuntimeError, match="durable"),
        tenant(1),
    ):
        pytest.fail("it was opened inside a transaction that may write")
    assert as_before()


def test_nothing_is_left_on_the_connection_of_real_transactions():
    for failing in (False, True):
        try:
            with tenant(42):
                assert connection.in_atomic_block
                assert role() == CUSTOMER_ROLE
                if failing:
                    raise Stop
        except Stop:
            pass
        assert not connection.in_atomic_block
        assert as_before()


def lose_the_connection() -> None:
    with tenant(42):
        connection.connection.close()
        raise Stop


def test_a_connection_that_breaks_inside_does_not_hide_why():
    with pytest.raises(Stop):
        lose_the_connection()
    assert current_tenant() is None
    connection.close()
    assert as_before()


def test_a_thread_beside_it_is_not_inside():
    seen = []

    def look() -> None:
        try:
            seen.extend([current_tenant(), role(), organization_of_the_session()])
        finally:
            connection.close()

    with tenant(42):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [None, "app_rw", ""]


def test_two_customers_read_at_once():
    together, seen = threading.Barrier(2), {}

    def read(number: int) -> None:
        try:
            with tenant(number):
                together.wait(10)
                seen[number] = (organization_of_the_session(), current_tenant())
                together.wait(10)
        finally:
            connection.close()

    threads = [threading.Thread(target=read, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {1: ("1", 1), 2: ("2", 2)}
