"""How long a session lives, which ones a person has, and how they end.

A session knows when it began and when it was last used. One that does not (it was not begun by signing in here) has
run out. `UserSession` (allauth) lists the sessions of a person, with the address and browser that he knows them by.
"""

from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from billing.models import User
from billing.services import login_tokens
from billing.signin import trail

BEGAN, SEEN = "signin_began", "signin_seen"
PRECISION_SECONDS = 60
"""The last use is written at most this often: else every page would also be a write."""


@receiver(user_logged_in, dispatch_uid="billing.signin.sessions.begin")
def begin(request: HttpRequest, **_: Any) -> None:
    """Start both clocks; that says nothing of how the person showed who he is (see `recent`)."""
    request.session[BEGAN] = request.session[SEEN] = timezone.now().timestamp()


def has_run_out(request: HttpRequest) -> bool:
    began, seen, now = request.session.get(BEGAN), request.session.get(SEEN), timezone.now().timestamp()
    if began is None or seen is None:
        return True
    return bool(now - seen >= settings.SESSION_IDLE_SECONDS or now - began >= settings.SESSION_MAX_SECONDS)


def touch(request: HttpRequest) -> None:
    """Note that the session is in use."""
    now = timezone.now()
    if now.timestamp() - request.session[SEEN] >= PRECISION_SECONDS:
        request.session[SEEN] = now.timestamp()
        list_this(request)


def list_this(request: HttpRequest) -> None:
    """Put the running session on the person's list, under the key that it has now."""
    UserSession.objects.create_from_request(request)


def sessions_of(user: User) -> list[UserSession]:
    """Those that still live, the latest used first."""
    oldest = timezone.now().timestamp() - settings.SESSION_IDLE_SECONDS - PRECISION_SECONDS
    found = UserSession.objects.purge_and_list(user)
    living = [each for each in found if each.last_seen_at.timestamp() > oldest]
    return sorted(living, key=lambda each: (each.last_seen_at, each.pk), reverse=True)


def keep_newest(*, request: HttpRequest, user: User) -> None:
    """End the oldest sessions beyond SESSIONS_PER_PERSON; the one that has just begun stays."""
    own = request.session.session_key
    others = [each for each in sessions_of(user) if each.session_key != own]
    end(user=user, ended=others[settings.SESSIONS_PER_PERSON - 1 :], reason="too many at once")


def end_others(*, user: User, keep: str | None, reason: str) -> int:
    """End every session of the person but that with the key `keep`, and his tokens of the API. Returns how many."""
    with transaction.atomic():
        others = list(UserSession.objects.filter(user=user).exclude(session_key=keep or ""))
        tokens = login_tokens.end_all(user=user)
        return end(user=user, ended=others, reason=reason, tokens=tokens)


def end(*, user: User, ended: list[UserSession], reason: str, tokens: int = 0) -> int:
    """End these sessions of the person: their cookies are worth nothing from now on. Returns how many."""
    if not ended and not tokens:
        return 0
    keys = [each.session_key for each in ended]
    with transaction.atomic():
        Session.objects.filter(session_key__in=keys).delete()
        UserSession.objects.filter(session_key__in=keys).delete()
        trail.tell(user, "sessions_ended", ended=len(keys), tokens=tokens, reason=reason)
    return len(keys)
