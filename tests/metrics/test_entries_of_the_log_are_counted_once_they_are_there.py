import pytest
from django.db import transaction

from audit.metrics import count_after_commit, entries_total


def count(action: str) -> float:
    return entries_total.labels(action)._value.get()


@pytest.mark.django_db
def test_after_the_commit_and_by_action(django_capture_on_commit_callbacks):
    before = count("test.one"), count("test.two")
    with django_capture_on_commit_callbacks(execute=True):
        count_after_commit(["test.one", "test.two", "test.one"])
        assert (count("test.one"), count("test.two")) == before
    assert (count("test.one"), count("test.two")) == (before[0] + 2, before[1] + 1)


@pytest.mark.django_db
def test_what_is_undone_is_not_counted(django_capture_on_commit_callbacks):
    before = count("test.undone")
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        count_after_commit(["test.undone"])
        transaction.set_rollback(True)
    assert count("test.undone") == before
