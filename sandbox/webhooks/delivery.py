"""Delivery of events: background senders with keep-alive connections, an own lane for each endpoint, redelivery with
backoff (`sandbox/backoff.py`), and no promise of order."""

import threading

from sandbox.jsons import Json
from sandbox.state import outbox
from sandbox.state.clock import Clock
from sandbox.state.store import Store
from sandbox.webhooks.lanes import Lane
from sandbox.webhooks.office import Office


class Delivery(Office):
    """The lanes to all endpoints."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        self._lanes: dict[str, Lane] = {}
        self._news, self._stopping = threading.Event(), False
        self._thread = threading.Thread(target=self._dispatch, daemon=True)

    def start(self) -> None:
        self._news.set()
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._news.set()

    def wake(self) -> None:
        """New deliveries may be in the store, the clock may have moved, or the options have changed."""
        self._news.set()

    def forget(self) -> None:
        """The store was emptied; called with its lock held."""
        for lane in self._lanes.values():
            lane.close()
        self._lanes = {}
        self.delivered = self.lost = 0
        self.mishaps.clear()

    def counts(self) -> Json:
        with self.store.lock:
            pending, failed = outbox.counted(self.store)
            copies = sum(lane.copies for lane in self._lanes.values())
        return {
            "pending": pending + copies,
            "failed": failed,
            "delivered": self.delivered,
            "lost": self.lost,
            "paused": self.options.pause,
        }

    def deliver_now(self) -> None:
        """Everything that waits for its next attempt, or was given up, is due at once."""
        with self.store.transaction():
            outbox.everything_now(self.store)
        self.wake()

    def _dispatch(self) -> None:
        while True:
            self._news.wait()
            self._news.clear()
            if self._stopping:
                break
            with self.store.lock:
                ids = [row[0] for row in self.store.rows("SELECT id FROM objects WHERE type = 'webhook_endpoint'")]
                self._adjust(ids)
        for lane in self._lanes.values():
            lane.close()

    def _adjust(self, endpoints: list[str]) -> None:
        for gone in self._lanes.keys() - set(endpoints):
            self._lanes.pop(gone).close()
        for endpoint in endpoints:
            lane = self._lanes.get(endpoint)
            if lane is None:
                self._lanes[endpoint] = Lane(self, endpoint)
            else:
                lane.wake()
