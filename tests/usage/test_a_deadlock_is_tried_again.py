"""What the database breaks off for another transaction's sake is done again; nothing else is."""

import pytest
from django.db import OperationalError, connection, transaction

from usage.store import retry


class Failing:
    """Fails with an error of the database so many times, then succeeds."""

    def __init__(self, times: int, error: str) -> None:
        self.left, self.error, self.calls = times, error, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.left:
            self.left -= 1
            with connection.cursor() as cursor:
                cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{self.error}'; END $$")
        return "done"


@pytest.mark.usefixtures("committing")
def test_a_deadlock_is_and_others_are_not():
    deadlocked = Failing(2, "deadlock_detected")
    assert retry.in_transaction(deadlocked) == "done"
    assert deadlocked.calls == 3
    unlucky = Failing(9, "serialization_failure")
    with pytest.raises(OperationalError):
        retry.in_transaction(unlucky)
    assert unlucky.calls == retry.ATTEMPTS
    locked = Failing(1, "lock_not_available")
    with pytest.raises(OperationalError):
        retry.in_transaction(locked)
    assert locked.calls == 1


@pytest.mark.django_db
def test_inside_another_transaction_nothing_is_repeated():
    deadlocked = Failing(1, "deadlock_detected")
    with pytest.raises(OperationalError), transaction.atomic():
        retry.in_transaction(deadlocked)
    assert deadlocked.calls == 1
