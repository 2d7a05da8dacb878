"""Delivery of events: a background sender with keep-alive connections, retries with backoff, and no promise of order.

A delivery's row is removed once the endpoint has answered 2xx, so a restart goes on with what is left. Backoff is
in wall time, because the sandbox's clock may jump over months in seconds.
"""

import heapq
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from sandbox.jsons import Json
from sandbox.posting import Poster
from sandbox.signing import signature
from sandbox.store import Store

BATCH = 20
LOAD = 400
_LETTERS = "SELECT d.number, d.attempts, d.endpoint, o.body FROM deliveries d JOIN objects o ON o.id = d.event"
_FRESH = f"{_LETTERS} WHERE d.number > ? AND d.failed = 0 ORDER BY d.number LIMIT ?"
_ONE = f"{_LETTERS} WHERE d.number = ?"


@dataclass
class Options:
    """How deliveries are made. Probabilities are 0 to 1; times are seconds of wall time."""

    pause: bool = False
    duplicate: float = 0.0
    lose: float = 0.0
    shuffle: bool = False
    retry_base: float = 1.0
    retry_cap: float = 60.0
    max_attempts: int = 16
    chance: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - no secret


@dataclass
class Letter:
    """One event for one endpoint."""

    number: int
    attempts: int
    endpoint: str
    body: bytes


class Delivery:
    """The queue between the store and the sender threads."""

    def __init__(self, store: Store, senders: int = 6, wall: Callable[[], float] = time.time) -> None:
        self.store, self.wall, self.options = store, wall, Options()
        self.delivered = self.lost = 0
        self.published: Callable[[bytes], bytes] = lambda body: body
        self._ready: deque[Letter] = deque()
        self._retries: list[tuple[float, int]] = []
        self._last, self._generation, self._more = 0, 0, True
        self._stopping = False
        self._wakeup = threading.Condition()
        self._threads = [threading.Thread(target=self._send_loop, daemon=True) for _ in range(senders)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        with self._wakeup:
            self._stopping = True
            self._wakeup.notify_all()

    def wake(self) -> None:
        """New deliveries may be in the store, or the options have changed."""
        with self._wakeup:
            self._more = True
            self._wakeup.notify_all()

    def forget(self) -> None:
        """The store was emptied."""
        with self._wakeup:
            self._generation += 1
            self._ready.clear()
            self._retries.clear()
            self._last, self.delivered, self.lost = 0, 0, 0

    def counts(self) -> Json:
        with self.store.lock:
            row = self.store.db.execute("SELECT count(*), coalesce(sum(failed), 0) FROM deliveries").fetchone()
        return {
            "pending": row[0] - row[1],
            "failed": row[1],
            "delivered": self.delivered,
            "lost": self.lost,
            "paused": self.options.pause,
        }

    def deliver_now(self) -> None:
        """Everything that waits for its next attempt, or was given up, is due at once."""
        with self.store.transaction():
            self.store.db.execute("UPDATE deliveries SET failed = 0, attempts = 0 WHERE failed = 1")
        with self._wakeup:
            self._generation += 1
            self._ready.clear()
            self._retries.clear()
            self._last, self._more = 0, True
            self._wakeup.notify_all()

    def _send_loop(self) -> None:
        poster = Poster()
        while True:
            with self._wakeup:
                while not self._stopping and not self._has_work():
                    self._wakeup.wait(self._patience())
                if self._stopping:
                    return
            self._load()
            letters, generation = self._claim()
            if letters:
                endpoints = self._endpoints(letters)
                outcomes = [(letter, self._send(poster, letter, endpoints[letter.endpoint])) for letter in letters]
                self._record(outcomes, generation)

    def _has_work(self) -> bool:
        if self.options.pause:
            return False
        due = bool(self._retries) and self._retries[0][0] <= self.wall()
        return bool(self._ready) or self._more or due

    def _patience(self) -> float:
        if not self._retries or self.options.pause:
            return 5.0
        return max(0.01, self._retries[0][0] - self.wall())

    def _load(self) -> None:
        with self._wakeup:
            if len(self._ready) >= LOAD // 2 or not (self._more or self._retries):
                return
        with self.store.lock, self._wakeup:
            rows = [row for number in self._due_numbers() for row in self.store.rows(_ONE, (number,))]
            fresh = self.store.rows(_FRESH, (self._last, LOAD))
            self._more = len(fresh) == LOAD
            self._last = max([self._last, *(row[0] for row in fresh)])
            self._ready.extend(self._shuffled([Letter(*row) for row in rows + fresh]))

    def _due_numbers(self) -> list[int]:
        due = []
        while self._retries and self._retries[0][0] <= self.wall():
            due.append(heapq.heappop(self._retries)[1])
        return due

    def _shuffled(self, letters: list[Letter]) -> list[Letter]:
        if self.options.shuffle:
            self.options.chance.shuffle(letters)
        twice = [letter for letter in letters if self.options.chance.random() < self.options.duplicate]
        return letters + twice

    def _claim(self) -> tuple[list[Letter], int]:
        with self._wakeup:
            if self.options.pause:
                return [], self._generation
            size = min(BATCH, -(-len(self._ready) // len(self._threads)))
            return [self._ready.popleft() for _ in range(size)], self._generation

    def _endpoints(self, letters: list[Letter]) -> dict[str, Json | None]:
        with self.store.lock:
            return {name: self.store.get(name) for name in {letter.endpoint for letter in letters}}

    def _send(self, poster: Poster, letter: Letter, endpoint: Json | None) -> str | None:
        """Sends one; what went wrong, or None."""
        if endpoint is None or endpoint["status"] != "enabled":
            return None
        if self.options.lose and self.options.chance.random() < self.options.lose:
            self.lost += 1
            return None
        body = self.published(letter.body)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": signature(endpoint["_"]["secret"], body, int(self.wall())),
        }
        return poster.post(endpoint["url"], body, headers)

    def _record(self, outcomes: list[tuple[Letter, str | None]], generation: int) -> None:
        with self.store.transaction(), self._wakeup:
            if generation != self._generation:
                return
            for letter, error in outcomes:
                if error is None:
                    self.store.db.execute("DELETE FROM deliveries WHERE number = ?", (letter.number,))
                    self.delivered += 1
                else:
                    self._retry(letter, error)

    def _retry(self, letter: Letter, error: str) -> None:
        attempts = letter.attempts + 1
        failed = attempts >= self.options.max_attempts
        self.store.db.execute(
            "UPDATE deliveries SET attempts = ?, failed = ?, error = ? WHERE number = ?",
            (attempts, failed, error[:200], letter.number),
        )
        if not failed:
            wait = min(self.options.retry_base * 2 ** (attempts - 1), self.options.retry_cap)
            heapq.heappush(self._retries, (self.wall() + wait, letter.number))
            self._wakeup.notify()
