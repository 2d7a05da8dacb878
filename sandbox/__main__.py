"""`python -m sandbox --port 12111 --state FILE`: starts a sandbox and serves until SIGTERM or Ctrl-C."""

import argparse
import signal
import sys
import threading
from types import FrameType

from sandbox.protocol.errors import StripeError
from sandbox.running import Sandbox
from sandbox.state.tables import UnreadableState


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sandbox", description="A stand-in for Stripe's API.")
    parser.add_argument("--port", type=int, default=12111, help="0 lets the system choose")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", required=True, help="SQLite file, or :memory:")
    parser.add_argument("--secret-key", help="the only secret key accepted; else any sk_test_ key is")
    parser.add_argument("--clock", type=int, help="Unix time at which a new state starts; else the wall clock")
    parser.add_argument("--public-url", help="where browsers reach it, such as http://localhost:12111")
    parser.add_argument("--seed", help="seed of the ids of a new state")
    return parser.parse_args()


def main() -> int:
    given = _arguments()
    if given.secret_key and not given.secret_key.startswith("sk_test_"):
        print("The secret key of a sandbox starts with sk_test_.", file=sys.stderr)
        return 2
    try:
        running = Sandbox(given.state, given.host, given.port, given.secret_key, given.clock, given.seed)
        running.set_public_url(given.public_url)
    except OSError as refused:
        print(f"The sandbox cannot listen on {given.host}:{given.port}: {refused}", file=sys.stderr)
        return 1
    except (UnreadableState, StripeError) as refused:
        print(refused, file=sys.stderr)
        return 1
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    running.start()
    print(f"sandbox listening on http://{given.host}:{running.port}", flush=True)
    stopping.wait()
    running.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
