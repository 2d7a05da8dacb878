"""When a failed piece of work is tried again."""

from datetime import timedelta

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=24)
MAX_ATTEMPTS = 12
MAX_LOSSES = 8


def delay_after(attempts: int, *, jitter: float) -> timedelta:
    """Exponential backoff: 1 min, 2 min, 4 min … at most 24 h, spread by `jitter` in [0, 1) over its upper half.

    The spread keeps events that failed together from coming back together.
    """
    doublings = min(max(attempts - 1, 0), 20)
    whole = min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)
    return whole / 2 + whole / 2 * jitter


def is_exhausted(attempts: int) -> bool:
    return attempts >= MAX_ATTEMPTS


def together(batch: int, losses: int) -> int:
    """How many pieces of work are taken at once after their workers vanished `losses` times: a tenth as many each
    time, so that one that kills its worker is soon alone, and only then do further losses tell of itself."""
    return max(1, batch // int(10**losses))


def kills(losses: int) -> bool:
    """Whether a piece of work that was lost so often is given up: by then it was alone several times."""
    return losses >= MAX_LOSSES
