"""Row F03: gunicorn's workers and its master are killed with SIGKILL in the middle of a burst of webhooks. What was
answered is in the inbox; what was not, Stripe sends again; and each has its effect once."""

import os
import signal
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.flows.arrivals import (
    acknowledged,
    all_delivered,
    assert_each_has_its_effect_once,
    hold_back,
    inbox_closed,
    let_go,
    new_customers,
    statuses_of,
    stored,
    until_everything_arrived,
    waiting_for_the_inbox,
)
from tests.flows.processes import Process, Processes, until
from tests.flows.redis_server import reachable
from tests.stripe_events import all_events

pytestmark = pytest.mark.processes
BURST = 100


def kill_a_worker(server: Process) -> None:
    os.kill(server.children()[0], signal.SIGKILL)


def kill_all_workers(server: Process) -> None:
    for child in server.children():
        os.kill(child, signal.SIGKILL)


def kill_the_master(server: Process) -> None:
    """Its workers find out by themselves, and go when they have answered."""
    server.kill_alone()


def kill_everything(server: Process) -> None:
    server.kill()


STRIKES: list[Callable[[Process], None]] = [kill_a_worker, kill_all_workers, kill_the_master, kill_everything]


def struck_in_the_middle(processes: Processes, sandbox: str, strike: Callable[[Process], None]) -> None:
    """Strike while the sandbox's senders wait for answers to events that are on their way into the table."""
    server = processes.started[-1]
    hold_back(sandbox)
    new_customers(sandbox, BURST)
    with inbox_closed(processes.environment["DATABASE_URL"]):
        let_go(sandbox)
        until(lambda: waiting_for_the_inbox() >= 4, what="a request of each sender")
        strike(server)


def events_of(sandbox: str) -> list[str]:
    return [event["id"] for event in all_events(sandbox)]


def test_what_was_answered_is_stored_and_the_rest_comes_again(processes: Processes, web: str, sandbox: str) -> None:
    port = urlsplit(web).port or 0
    for strike in STRIKES:
        struck_in_the_middle(processes, sandbox, strike)
        answered = acknowledged(sandbox, events_of(sandbox))
        assert answered <= set(stored())
        if not processes.started[-1].running:
            until(lambda: not reachable(port), what="the end of the workers without a master")
            processes.web(port=port)
        until(lambda: all_delivered(sandbox), what="an answer to each event")
    assert set(stored()) == set(events_of(sandbox))
    assert len(stored()) == BURST * len(STRIKES)
    assert any(len(statuses_of(sandbox, event)) > 1 for event in events_of(sandbox))
    assert processes.manage("process_webhooks").returncode == 0
    until_everything_arrived(sandbox)
    assert_each_has_its_effect_once(sandbox)
