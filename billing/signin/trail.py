"""What the log says of signing in: ids, counts and words of ours; never a mail address, a code or a device.

Failures are told when they reach 1, 10, 100 and so on within the time that they are remembered: an attack is seen in
the log and cannot fill it.
"""

from contextlib import AbstractContextManager

from audit.actor import Actor, ActorKind
from audit.context import acting
from audit.record import record
from billing.models import User

UNKNOWN = "unknown"


def as_person(user: User) -> AbstractContextManager[object]:
    """For the request that signs the person in: the middleware did not know yet who acts."""
    return acting(Actor(ActorKind.STAFF if user.is_staff else ActorKind.USER, str(user.pk)))


def tell(user: User, what: str, **after: object) -> None:
    """Record that `what` ("signed_in") happened to the person's account, in the open transaction."""
    record(_action(user, what), target=("user", str(user.pk)), organization_id=None, after=after)


def tell_of_failure(user: User | None, failures: int) -> None:
    """Record a failed attempt, if its number is worth a line. Nobody knows who made it: the actor is the system."""
    if user is not None and _is_power_of_ten(failures):
        _record_attempt(user, "sign_in_failed", failures)


def tell_of_lockout(user: User | None, failures: int) -> None:
    _record_attempt(user, "locked_out", failures)


def _record_attempt(user: User | None, what: str, failures: int) -> None:
    target = ("user", str(user.pk) if user else UNKNOWN)
    record(_action(user, what), target=target, organization_id=None, after={"failures": failures})


def _action(user: User | None, what: str) -> str:
    return f"member.{what}" if user is not None and not user.is_staff else f"staff.{what}"


def _is_power_of_ten(number: int) -> bool:
    return str(number).rstrip("0") == "1"
