"""Who guesses is locked out; whoever is guessed at is not.

Failures are counted by django-axes for the pair of account and address, and with a higher limit for the address
alone; never for an account alone, so that nobody can keep another person out (ASVS 6.3.1). A known device
(`devices`) has a count of its own, and is not held up by what others do at its address.

Only wrong codes are also counted for the account: six digits could be guessed from thousands of addresses. Whoever
gets that far knows the password already, and known devices and passkeys are not held up by it.

Accounts are stored as keyed digests: what somebody types into the wrong field must not lie about.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from django.http import HttpRequest

from billing.models import User
from billing.signin import trail
from billing.signin.address import counted_address
from billing.signin.devices import account_digest, known_device

ADDRESS_FACTOR = 10
"""An address may fail this many times as often as a pair: many people sit behind one."""

CODES_FACTOR = 4
"""An account's codes may fail this many times as often, over all addresses."""

Credentials = dict[str, Any]


def code_credentials(user: User) -> Credentials:
    """Stand for a code of the second factor, as `email` and `password` do for the first step."""
    return {"email": user.email, "second_factor_of": user.pk}


def is_locked_out(request: HttpRequest, credentials: Credentials) -> bool:
    return not AxesProxyHandler.is_allowed(request, credentials)


def count_failure(request: HttpRequest, credentials: Credentials) -> None:
    """Count a wrong code; a wrong password is counted by Django's `authenticate`."""
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)


@contextmanager
def one_at_a_time(request: HttpRequest, email: str) -> Iterator[None]:
    """Guesses at one account from one address are looked at one after another: of many at the same moment none would
    know yet of the others' failures. An exception must not leave the block: it would take the count back."""
    guessed = f"{counted_as(request, {'email': email})} {counted_address(request)}"
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [guessed])
        yield


def forgive(request: HttpRequest, user: User) -> None:
    """Forget the failures of this person here; signing in to the site does so by itself."""
    AxesProxyHandler.update_request(request)
    Lockout().reset_user_attempts(request, {"email": user.email})


def was_locked_out(request: HttpRequest) -> bool:
    """Whether this very request was refused, or has just reached a limit."""
    return bool(getattr(request, "axes_locked_out", False))


def counted_as(request: HttpRequest, credentials: Credentials | None) -> str:
    """The name that a failure is stored under: the account's digest, its codes' or, of a known device, the device's."""
    given = credentials or {}
    email = _email(given)
    account = f"codes-{given['second_factor_of']}" if "second_factor_of" in given else account_digest(email)
    device = known_device(request, email)
    return f"{account}.{device}" if device else account


class Lockout(AxesDatabaseHandler):
    """Axes' handler with the three counts, entries in the log, and a reset that forgives the pair alone."""

    def get_failures(self, request: HttpRequest, credentials: Credentials | None = None) -> int:
        """The count nearest to its limit, in units of the pair's limit (`LOCKOUT_FAILURES`)."""
        recent = _recent(request)
        name, address = counted_as(request, credentials), request.axes_ip_address  # type: ignore[attr-defined]
        if known_device(request, _email(credentials or {})):
            return _sum(recent.filter(username=name))
        counts = [
            _sum(recent.filter(username=name, ip_address=address)),
            _sum(recent.filter(ip_address=address)) // ADDRESS_FACTOR,
        ]
        if "second_factor_of" in (credentials or {}):
            counts.append(_sum(recent.filter(username=name)) // CODES_FACTOR)
        return max(counts)

    def user_login_failed(
        self, sender: Any, credentials: Credentials, request: HttpRequest | None = None, **more: Any
    ) -> None:
        if request is None or was_locked_out(request):  # refused unseen: not counted, or the lock would never end
            super().user_login_failed(sender, credentials, request, **more)
            return
        with transaction.atomic():
            super().user_login_failed(sender, credentials, request, **more)
            failures = _sum(_recent(request).filter(username=counted_as(request, credentials)))
            user = User.objects.filter(email__iexact=_email(credentials).replace("\0", "")).first()
            trail.tell_of_failure(user, failures)
            if was_locked_out(request):
                trail.tell_of_lockout(user, failures)

    def reset_user_attempts(self, request: HttpRequest, credentials: Credentials | None = None) -> int:
        """Forgive what was counted for this person here. The address keeps its count: else whoever has an account
        of his own could begin anew as often as he likes."""
        email = _email(credentials or {})
        owner = User.objects.filter(email__iexact=email).first()
        names = [counted_as(request, each) for each in (credentials, code_credentials(owner) if owner else None)]
        attempts = AccessAttempt.objects.filter(username__in=names)
        if not known_device(request, email):
            attempts = attempts.filter(ip_address=request.axes_ip_address)  # type: ignore[attr-defined]
        deleted: int = attempts.delete()[0]
        return deleted


def _email(credentials: Credentials) -> str:
    return str(credentials.get("email") or credentials.get("username") or "")


def _recent(request: HttpRequest) -> QuerySet[AccessAttempt]:
    now = request.axes_attempt_time  # type: ignore[attr-defined]
    recent: QuerySet[AccessAttempt] = AccessAttempt.objects.filter(attempt_time__gte=now - settings.AXES_COOLOFF_TIME)
    return recent


def _sum(attempts: QuerySet[AccessAttempt]) -> int:
    return attempts.aggregate(failures=Sum("failures_since_start"))["failures"] or 0
