"""The way to one endpoint: its own queue and sender threads, so that a slow or dead endpoint holds up no other."""

import threading
from collections import deque

from sandbox import thin_events
from sandbox.jsons import Json
from sandbox.state.outbox import Letter
from sandbox.webhooks import attempts
from sandbox.webhooks.office import DROPPED, LOST, Office
from sandbox.webhooks.posting import Outcome, Poster
from sandbox.webhooks.signing import signature

SENDERS = 4
BATCH = 20
BATCH_SECONDS = 0.25
LOAD = 400


class Lane:
    """Letters for one endpoint. Never holds its own lock while it waits for the store's."""

    def __init__(self, office: Office, endpoint: str) -> None:
        self.office, self.endpoint = office, endpoint
        self._ready: deque[Letter] = deque()
        self._held: set[int] = set()
        self._copies = 0
        self._news, self._closed = True, False
        self._wakeup = threading.Condition()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(SENDERS)]
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        with self._wakeup:
            self._news = True
            self._wakeup.notify()

    def close(self) -> None:
        """For good: what was read is forgotten, and what is being sent is not recorded."""
        with self._wakeup:
            self._closed = True
            self._ready.clear()
            self._copies = 0
            self._wakeup.notify_all()

    @property
    def copies(self) -> int:
        """Doubled letters that are still to be sent."""
        return self._copies

    def _work(self) -> None:
        poster = Poster()
        while not self._closed:
            patience = 0.0 if self._ready or self._news else self.office.patience(self.endpoint)
            with self._wakeup:
                if not self._ready and not self._news:
                    self._wakeup.wait(patience)
                if self.office.options.pause and not self._closed:
                    self._wakeup.wait(0.5)
                    continue
            self._load()
            letters = self._claim()
            if letters:
                self._record(self._sent(poster, letters))

    def _load(self) -> None:
        """Reads on when little is left. Which mishaps a letter meets is settled here, in the order of the queue."""
        with self._wakeup:
            if self._closed or len(self._ready) >= LOAD // 2:
                return
            self._news = False
        with self.office.store.transaction():
            if self._closed or self._is_paused():
                return
            with self._wakeup:
                held = set(self._held)
            found = [letter for letter in self.office.due(self.endpoint, LOAD + len(held)) if letter.number not in held]
            letters = self.office.met(found[:LOAD])
            self._copies += sum(letter.number < 0 for letter in letters)
            with self._wakeup:
                self._news = self._news or len(found) >= LOAD
                self._held.update(letter.number for letter in letters)
                self._ready.extend(letters)
                self._wakeup.notify(len(letters))

    def _is_paused(self) -> bool:
        """Asked with the store held, so that nothing that came after a pause is read before its end."""
        self._news = self._news or self.office.options.pause
        return self.office.options.pause

    def _claim(self) -> list[Letter]:
        with self._wakeup:
            if self.office.options.pause:
                return []
            size = min(BATCH, -(-len(self._ready) // SENDERS))
            return [self._ready.popleft() for _ in range(size)]

    def _sent(self, poster: Poster, letters: list[Letter]) -> list[tuple[Letter, Outcome]]:
        """Sends what it can within a moment; the rest goes back to the head of the queue."""
        endpoint, end = self.office.endpoint(self.endpoint), self.office.wall() + BATCH_SECONDS
        outcomes: list[tuple[Letter, Outcome]] = []
        for index, letter in enumerate(letters):
            outcomes.append((letter, self._post(poster, letter, endpoint)))
            if self.office.wall() > end:
                with self._wakeup:
                    self._ready.extendleft(reversed(letters[index + 1 :]))
                    self._wakeup.notify()
                break
        return outcomes

    def _post(self, poster: Poster, letter: Letter, endpoint: Json | None) -> Outcome:
        if endpoint is None or endpoint["status"] != "enabled":
            return DROPPED
        if "lose" in letter.marks:
            return LOST
        body = self.office.published(thin_events.sent(letter.body))
        secrets = self.office.secrets(endpoint)
        if "wrong_secret" in letter.marks:
            secrets = ["whsec_wrong"]
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": signature(secrets, body, int(self.office.wall())),
        }
        if "corrupt" in letter.marks:
            body = body.replace(b'"livemode":false', b'"livemode":true', 1)
        return poster.post(endpoint["url"], body, headers, self.office.options.timeout)

    def _record(self, outcomes: list[tuple[Letter, Outcome]]) -> None:
        with self.office.store.transaction():
            if self._closed:
                return
            for letter, outcome in outcomes:
                self.office.settle(letter, outcome)
            attempts.prune(self.office.store)
        with self._wakeup:
            self._copies -= sum(letter.number < 0 for letter, _ in outcomes)
            self._held.difference_update(letter.number for letter, _ in outcomes)
            self._news = True
