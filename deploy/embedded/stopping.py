"""Ctrl-C and SIGTERM become a request that every wait of the launcher looks at.

No exception is thrown into the middle of anything: between the start of a child and the note that we have it,
a KeyboardInterrupt would lose the child.
"""

import signal
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """The person asked us to stop."""


class StopRequest:
    """Set by a signal, looked at by `check`."""

    def __init__(self) -> None:
        self.requested = False

    def listen(self) -> None:
        """Take over the signals that ask a program to end. From the main thread."""
        for signum in _SIGNALS:
            signal.signal(signum, self._request)

    def check(self) -> None:
        """Raise Stopped once a signal has come."""
        if self.requested:
            raise Stopped

    def _request(self, signum: int, frame: FrameType | None) -> None:
        self.requested = True
