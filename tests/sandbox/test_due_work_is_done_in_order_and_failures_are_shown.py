"""Due work is done in time order, by rank within a second; what fails is left undone, counted and shown."""

import sqlite3
import threading
from pathlib import Path

import pytest
import stripe

from sandbox.context import RANKS, Context
from sandbox.engine import Engine
from sandbox.settings import DEFAULTS
from sandbox.state.clock import Clock
from sandbox.state.store import Store
from tests.sandbox.clocks import advance, customer_on, new_clock
from tests.sandbox.running import running_sandbox
from tests.sandbox.scenes import DAY, START, Account


def test_work_of_one_second_is_done_by_rank_and_earlier_seconds_first() -> None:
    store, done = Store(":memory:"), []
    works = {kind: lambda ctx, object_id, kind=kind: done.append((ctx.now, kind, object_id)) for kind in RANKS}
    engine = Engine(store, Clock(store, START), dict(DEFAULTS), works)
    with store.transaction():
        for kind in sorted(RANKS):
            store.schedule(kind, "b", START + 20, RANKS[kind])
            store.schedule(kind, "a", START + 20, RANKS[kind])
        store.schedule("payout.arrive", "first", START + 10, RANKS["payout.arrive"])
    assert engine.live_through(START + 30) == 2 * len(RANKS) + 1
    expected = [(START + 20, kind, name) for kind in RANKS for name in "ab"]
    assert done == [(START + 10, "payout.arrive", "first"), *expected]


def test_work_that_makes_work_for_the_same_second_lives_to_see_it() -> None:
    store, done = Store(":memory:"), []

    def finalize(ctx: Context, object_id: str) -> None:
        done.append("finalize")
        ctx.schedule("invoice.exhausted", object_id, ctx.now)

    works = {"invoice.finalize": finalize, "invoice.exhausted": lambda ctx, object_id: done.append("exhausted")}
    engine = Engine(store, Clock(store, START), dict(DEFAULTS), works)
    with store.transaction():
        store.schedule("invoice.finalize", "in_1", START, RANKS["invoice.finalize"])
    engine.live_through(START)
    assert done == ["finalize", "exhausted"]


def with_impossible_work(state: Path, clock: str, at: int) -> None:
    """Puts work in the file that cannot be done: the renewal of a subscription that is not there."""
    db = sqlite3.connect(state)
    values = ("sub_gone", "subscription.cycle", clock, at, RANKS["subscription.cycle"])
    db.execute("INSERT INTO due (id, kind, clock, at, rank) VALUES (?,?,?,?,?)", values)
    db.commit()
    db.close()


def test_what_fails_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    with running_sandbox(state, clock=START) as url:
        subscription = Account.at(url).subscribe()
        assert Account.at(url).control("health") == {"status": "ok", "failed": 0, "failures": []}
    with_impossible_work(state, "", START + 5 * DAY)
    with running_sandbox(state) as url:
        account = Account.at(url)
        answer = account.control("clock", {"advance": 40 * DAY})
        error = "StripeError: No such subscription: 'sub_gone'"
        failure = {"kind": "subscription.cycle", "id": "sub_gone", "at": START + 5 * DAY, "test_clock": None}
        assert answer["failed"] == [{**failure, "error": error}]
        assert account.control("health") == {"status": "failing", "failed": 1, "failures": answer["failed"]}
        assert len(account.invoices(subscription)) == 2
        assert account.control("clock", {"advance": DAY})["failed"] == []


def test_a_test_clock_whose_work_fails_can_only_be_deleted(tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    with running_sandbox(state, clock=START) as url:
        account = Account.at(url)
        clock = new_clock(account)
        customer = customer_on(account, clock)
        account.subscribe(customer=customer.id)
    with_impossible_work(state, clock.id, START + 5 * DAY)
    with running_sandbox(state) as url:
        account = Account.at(url)
        assert advance(account, clock, START + 40 * DAY).status == "internal_failure"
        assert account.event_types(type="test_helpers.test_clock.internal_failure") != []
        assert account.control("health")["failures"][0]["test_clock"] == clock.id
        with pytest.raises(stripe.InvalidRequestError, match="internal_failure"):
            account.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": START + 41 * DAY})
        with pytest.raises(stripe.InvalidRequestError, match="can only be deleted"):
            customer_on(account, clock)
        assert account.v1.test_helpers.test_clocks.delete(clock.id).deleted


def test_a_reset_in_the_middle_of_an_advance_ends_it(account: Account) -> None:
    for _ in range(5):
        account.subscribe(account.price(100, "day"))
    going = threading.Thread(target=account.advance_to, args=(START + 2000 * DAY,))
    going.start()
    while account.now == START:
        pass
    account.control("reset", {"clock": START})
    going.join()
    assert account.now == START
    assert account.advance(DAY) == START + DAY
