"""The same requests, seed and clock give the same dump, byte for byte, whatever goes on beside them."""

import threading
from pathlib import Path

from tests.sandbox.clocks import arrived, customer_on, new_clock
from tests.sandbox.receiver import receiving
from tests.sandbox.running import running_sandbox
from tests.sandbox.scenes import DAY, START, Account, items_of
from tests.sandbox.twins import state_of


def story(account: Account) -> None:
    """A company's half year, with two test clocks that advance while the account makes customers."""
    account.control("settings", {"test_clock_intervals": 0, "test_clock_days": 400})
    price, other = account.price(), account.price(500, "week")
    clocks = [new_clock(account, START + days * DAY) for days in (0, -500)]
    for clock in clocks:
        account.subscribe(other, customer=customer_on(account, clock, "pm_card_sandbox_failsOnRenewal").id)
        account.subscribe(price, customer=customer_on(account, clock).id, trial_period_days=9)
    for clock in clocks:
        until = clock.frozen_time + 200 * DAY
        account.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": until})
    first = account.subscribe(price, card="pm_card_sandbox_failsOnRenewal")
    second = account.subscribe(price, other, trial_period_days=3)
    for clock in clocks:  # what they were paid goes out with the account's payouts, so its clock waits for theirs
        assert arrived(account, clock).status == "ready"
    account.advance(35 * DAY)
    account.v1.subscriptions.update(second.id, {"items": [{"id": items_of(second)[0].id, "quantity": 3}]})
    assert account.subscription(first).status == "past_due"
    account.advance(60 * DAY)
    account.v1.test_helpers.test_clocks.delete(clocks[0].id)
    account.advance(100 * DAY)


def restless(account: Account, stop: threading.Event) -> None:
    reader = Account.at(account.url)
    while not stop.is_set():
        reader.v1.subscriptions.list({"limit": 100})
        reader.v1.events.list({"limit": 100})


def test_in_two_processes_with_deliveries_readers_and_test_clocks(tmp_path: Path) -> None:
    with running_sandbox(clock=START, seed="twin") as url:
        account = Account.at(url)
        account.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/nobody", "enabled_events": ["*"]})
        account.control("deliveries", {"pause": True})
        story(account)
        alone = state_of(account)
    with running_sandbox(tmp_path / "state.sqlite", clock=START, seed="twin") as url:
        account, stop = Account.at(url), threading.Event()
        account.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/nobody", "enabled_events": ["*"]})
        readers = [threading.Thread(target=restless, args=(account, stop)) for _ in range(2)]
        for reader in readers:
            reader.start()
        story(account)
        stop.set()
        for reader in readers:
            reader.join()
        assert state_of(account) == alone
    with running_sandbox(tmp_path / "state.sqlite") as url:
        assert state_of(Account.at(url)) == alone


def test_another_seed_gives_other_ids(account: Account) -> None:
    first = account.customer(None).id
    account.control("reset", {"clock": START, "seed": "other"})
    assert account.customer(None).id != first


def test_deliveries_change_nothing(account: Account) -> None:
    states = []
    for delivered in (True, False):
        account.control("reset", {"clock": START})
        account.control("deliveries", {"pause": not delivered})
        with receiving() as receiver:
            endpoint = {"url": receiver.url, "enabled_events": ["*"]}
            receiver.secret = account.v1.webhook_endpoints.create(endpoint).secret
            account.subscribe()
            account.advance(40 * DAY)
        states.append(state_of(account).replace(receiver.url.encode(), b""))
    assert states[0] == states[1]
