"""kombu's transport for Redis, so that a worker that loses Redis with a task in hand goes on.

Of a lost connection kombu 5.7 closes the channel twice: the first time breaks off where it reads from the dead socket;
the second knows no address any more, tries to put back what was not acknowledged, and ends the worker with an
AttributeError. By then there is nowhere to put it, and no need: the tables are the queues.
"""

from kombu.transport import redis


class Channel(redis.Channel):
    def close(self) -> None:
        if self._is_forsaken():
            self.do_restore = False
        super().close()

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        """Of a task that ended after the connection had: Redis gives its message to somebody once more, or forgot
        it."""
        if not self._is_forsaken():
            super().basic_ack(delivery_tag, multiple)

    def _is_forsaken(self) -> bool:
        return self.connection is None or self.connection.client is None


class Transport(redis.Transport):
    Channel = Channel
