"""Row F05: PostgreSQL is killed with SIGKILL three times, and stopped at once (`-m immediate`), while webhooks arrive.
What was answered with 200 is there, and nothing that was never sent. Meanwhile the answer is 503; afterwards web
server, workers and scheduler go on, without a restart of any."""

import http.client
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.chaos.driver import OPEN
from tests.chaos.installation import SECRET, Installation, empty_installation
from tests.flows.processes import until
from tests.inbox.webhooks import URL, customer, encoded, event, signed

pytestmark = [pytest.mark.processes, pytest.mark.timeout(900)]
SENDERS = 4
BETWEEN = 40
"""Webhooks that are answered with 200 between two strikes, at least."""
STRIKES = [signal.SIGKILL, signal.SIGQUIT, signal.SIGKILL, signal.SIGKILL]
SWEPT = "SELECT 1 FROM billing_jobrun WHERE job = 'process_webhooks' AND status = 'done'"
TOLD = """
SELECT content::jsonb #>> '{body,after,event}', count(*) FROM audit_auditentry
WHERE content::jsonb #>> '{body,after,event}' LIKE 'evt_%%' GROUP BY 1
"""


class Senders:
    """Each sends one event after the other, and none again: what had no answer may be there or not."""

    def __init__(self, base: str) -> None:
        self.address = urlsplit(base).netloc
        self.numbers = count(1)
        self.sent: set[str] = set()
        self.acknowledged: set[str] = set()
        self.answers: Counter[int] = Counter()
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            number = next(self.numbers)
            name = f"evt_{number}"
            self.sent.add(name)
            status = self._post(encoded(event(name, "customer.created", about=customer(f"cus_{number}"))))
            if status == 200:
                self.acknowledged.add(name)
            self.answers[status] += 1

    def _post(self, body: bytes) -> int:
        """The answer's status; 0 where the connection broke."""
        connection = http.client.HTTPConnection(self.address, timeout=60)
        try:
            connection.request("POST", URL, body, {"Stripe-Signature": signed(body, secret=SECRET)})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def wait_for(self, status: int, more: int) -> None:
        wanted = self.answers[status] + more
        until(lambda: self.answers[status] >= wanted, what=f"{more} answers of {status}")


@contextmanager
def sending(base: str) -> Iterator[Senders]:
    senders = Senders(base)
    with ThreadPoolExecutor(SENDERS) as threads:
        running = [threads.submit(senders.run) for _ in range(SENDERS)]
        try:
            yield senders
        finally:
            senders.ended.set()
        for each in running:
            each.result(120)


def stored(made: Installation) -> set[str]:
    return {row[0] for row in made.read("SELECT stripe_event_id FROM billing_webhookevent")}


def test_what_was_answered_is_there(tmp_path: Path) -> None:
    with empty_installation(tmp_path) as made:
        until(lambda: made.read(SWEPT), what="the scheduler's first tick, and its work")
        with sending(made.base) as senders:
            for strike in STRIKES:
                senders.wait_for(200, BETWEEN)
                made.end_postgres(strike)
                senders.wait_for(503, 1)
                answered = set(senders.acknowledged)
                made.start_postgres()
                assert answered <= stored(made)
            senders.wait_for(200, BETWEEN)
        assert senders.acknowledged <= stored(made) <= senders.sent
        assert set(senders.answers) == {200, 503}
        until(lambda: made.read(OPEN)[0][0] == 0, seconds=300, what="an empty inbox")
        assert dict(made.read(TOLD)) == dict.fromkeys(stored(made), 1)
        for process in (made.web, made.beat, *made.workers):
            assert process is not None
            assert process.running, process.words()[-3000:]
