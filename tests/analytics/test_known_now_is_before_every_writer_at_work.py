"""A report pinned to now never changes when a transaction that was open meanwhile commits."""

import threading
from datetime import datetime

import pytest
from django.db import connection, transaction

from analytics.ledger.fold import fold
from analytics.ledger.knowledge import CannotWriteLedger, begin_writing, settled_now
from analytics.models import MrrMovement
from analytics.queries import mrr
from tests.analytics.lives import START, Life, days, record_all, state


def test_a_fold_that_has_not_committed_is_after_what_is_known(committing, django_db_blocker):
    with django_db_blocker.unblock():
        life = Life().tell(state())
        record_all(life)
        written, release = threading.Event(), threading.Event()

        def writer() -> None:
            with django_db_blocker.unblock(), transaction.atomic():
                fold([life.subscription_id])
                written.set()
                assert release.wait(20)
            connection.close()

        thread = threading.Thread(target=writer)
        thread.start()
        assert written.wait(20)
        pinned = settled_now()
        before = mrr(START + days(1), as_known=pinned)
        release.set()
        thread.join(20)
        assert MrrMovement.objects.get().recorded_at > pinned
        assert mrr(START + days(1), as_known=pinned) == before
        assert mrr(START + days(1)).value.amount == 2900
        assert settled_now() > pinned


@pytest.mark.django_db
def test_one_s_own_transaction_knows_what_it_wrote():
    life = Life().tell(state())
    record_all(life)
    fold([life.subscription_id])
    assert mrr(START).value.amount == 2900


@pytest.mark.django_db
def test_stamps_grow():
    stamps: list[datetime] = [begin_writing(["sub_1"]), begin_writing(["sub_1"])]
    assert stamps == sorted(set(stamps))


def test_nothing_is_stamped_outside_a_transaction(committing, django_db_blocker):
    with django_db_blocker.unblock(), pytest.raises(CannotWriteLedger):
        begin_writing()
