import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import AppConfig

POINTS = {
    # name: (module, function, whether it dies before or after that function has run)
    "in the transaction": ("commands", "prepare", "after"),
    "before Stripe is asked": ("commands", "perform", "before"),
    "after Stripe's answer": ("commands", "perform", "after"),
    "before the answer is stored": ("idempotency", "keep", "before"),
    "with the answer stored but not committed": ("idempotency", "keep", "after"),
    "in the middle of a rotation": ("api_keys", "record", "before"),
}


class BreakingConfig(AppConfig):
    name = "tests.flows.breaking"
    label = "breaking"

    def ready(self) -> None:
        from billing.services import api_keys, commands, idempotency

        modules = {"api_keys": api_keys, "commands": commands, "idempotency": idempotency}
        for point, (module, function, when) in POINTS.items():
            work = getattr(modules[module], function)
            setattr(modules[module], function, deadly(work, point, when))


def deadly(work: Callable[..., Any], point: str, when: str) -> Callable[..., Any]:
    def run(*words: Any, **options: Any) -> Any:
        if when == "before":
            die_at(point)
        done = work(*words, **options)
        if when == "after":
            die_at(point)
        return done

    return run


def die_at(point: str) -> None:
    """Kill this process if this is the point, and it is the first to come here."""
    armed = Path(os.environ["BREAK_FILE"])
    try:
        if armed.read_text(encoding="utf-8") != point:
            return
        armed.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
