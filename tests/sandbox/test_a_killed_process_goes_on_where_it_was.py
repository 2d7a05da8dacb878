"""kill -9 at any moment: what was answered is there, and an interrupted advance ends as if nothing had happened."""

import contextlib
import random
import signal
import subprocess
import sys
import threading
import urllib.error
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import ClassVar

import pytest
import stripe

from tests.sandbox.clocks import POLLS, arrived, customer_on, new_clock
from tests.sandbox.running import ROOT
from tests.sandbox.scenes import DAY, START, Account
from tests.sandbox.twins import state_of


class Process:
    """A sandbox on a state file, that can be killed; whatever a failing test leaves is ended after it."""

    left: ClassVar[list["Process"]] = []

    def __init__(self, state: Path) -> None:
        self.left.append(self)
        words = [sys.executable, "-m", "sandbox", "--port", "0", "--state", str(state), "--clock", str(START)]
        self.process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.account = Account.at(self.process.stdout.readline().split("listening on ")[1].strip())

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    while Process.left:
        Process.left.pop().kill()


def company(account: Account) -> None:
    cards = ("pm_card_visa", "pm_card_sandbox_failsOnRenewal")
    price = account.price()
    for number in range(12):
        account.subscribe(price, card=cards[number % 2], trial_period_days=number + 1)


def shown_time(account: Account) -> int:
    return account.now


def frozen_time(account: Account, clock: str) -> int:
    return account.v1.test_helpers.test_clocks.retrieve(clock).frozen_time


def passed(moment: int, read: Callable[[], int]) -> None:
    """Until the clock that is read shows a later moment than that."""
    for _ in range(POLLS):
        if read() > moment:
            return
    raise AssertionError("the clock does not move")


def test_an_advance_of_the_accounts_clock_is_finished_after_the_restart(tmp_path: Path) -> None:
    ends = []
    for killed in (False, True):
        running = Process(tmp_path / f"account-{killed}.sqlite")
        company(running.account)
        going = threading.Thread(target=advance_in_vain, args=(running.account, START + 300 * DAY))
        going.start()
        if killed:
            passed(START + 20 * DAY, partial(shown_time, running.account))
            running.kill()
            going.join()
            running = Process(tmp_path / f"account-{killed}.sqlite")
            assert START <= running.account.now <= START + 300 * DAY
            passed(START + 300 * DAY - 1, partial(shown_time, running.account))
        going.join()
        assert running.account.now == START + 300 * DAY
        ends.append(state_of(running.account))
        running.kill()
    assert ends[0] == ends[1]


def advance_in_vain(account: Account, moment: int) -> None:
    with contextlib.suppress(urllib.error.URLError, ConnectionError):
        account.advance_to(moment)


def test_an_advance_of_a_test_clock_is_finished_after_the_restart(tmp_path: Path) -> None:
    ends = []
    for killed in (False, True):
        running = Process(tmp_path / f"clock-{killed}.sqlite")
        account = running.account
        account.control("settings", {"test_clock_intervals": 0})
        clock = new_clock(account)
        customer = customer_on(account, clock)
        price = account.price(500, "day")
        for _ in range(3):
            account.subscribe(price, customer=customer.id)
        account.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": START + 120 * DAY})
        if killed:
            passed(START + 20 * DAY, partial(frozen_time, account, clock.id))
            running.kill()
            running = Process(tmp_path / f"clock-{killed}.sqlite")
        assert arrived(running.account, clock).frozen_time == START + 120 * DAY
        ends.append(state_of(running.account))
        running.kill()
    assert ends[0] == ends[1]


@pytest.mark.parametrize("seed", range(2))
def test_every_answered_write_survives_a_kill_at_any_moment(tmp_path: Path, seed: int) -> None:
    chance, answered = random.Random(seed), []
    running = Process(tmp_path / "state.sqlite")
    for _ in range(3):
        price = running.account.price()
        killer = threading.Timer(chance.uniform(0.05, 0.6), running.process.kill)
        killer.start()
        try:
            while True:
                answered.append(running.account.subscribe(price))
        except stripe.APIConnectionError:
            pass
        killer.join()
        running.kill()
        running = Process(tmp_path / "state.sqlite")
        there = {entry["id"]: entry for entry in running.account.dump()}
        for subscription in answered:
            assert there[subscription.id]["status"] == "active"
            assert there[subscription.latest_invoice]["status"] == "paid"
            assert there[subscription.customer]["object"] == "customer"
        assert len([one for one in there.values() if one["object"] == "subscription"]) - len(answered) <= 3
    assert len(answered) > 3
    running.kill()
