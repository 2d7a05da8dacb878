"""The second factor: who has one, who must, and that each code works once.

django-allauth marks a used code in the cache, from where it may be evicted while it is still valid. Here the last
time step that was used stands in the authenticator's own row, which is locked while a code is looked at: a code is
taken once, by one process, whatever becomes of the cache (RFC 6238, 5.2; ASVS 6.5.1).
"""

import hmac

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from billing.models import User
from billing.signin.lockout import code_credentials, count_failure, is_locked_out, was_locked_out
from billing.signin.sealed import secrets_of

TOTP, PASSKEY, RECOVERY = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES
LAST_STEP = "last_step"


class CannotSpendCode(ValueError):
    """The code is wrong, was used before, or too many wrong ones were tried from here (`locked`)."""

    def __init__(self, *, locked: bool) -> None:
        super().__init__("Too many wrong codes." if locked else "The code is wrong or was used before.")
        self.locked = locked


def has_second_factor(user: User | AnonymousUser) -> bool:
    """Recovery codes alone are none: they stand in for one that was lost."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=(TOTP, PASSKEY)).exists())


def has_passkey(user: User | AnonymousUser) -> bool:
    return bool(Authenticator.objects.filter(user_id=user.pk, type=PASSKEY).exists())


def must_set_up_second_factor(user: User | AnonymousUser) -> bool:
    """Whether the person may do nothing before a second factor is set up: staff, unless the installation says no."""
    if not isinstance(user, User) or not user.is_staff or not settings.STAFF_MFA_REQUIRED:
        return False
    return not has_second_factor(user)


def spend_code(*, user: User, code: str, request: HttpRequest) -> Authenticator:
    """Take a code of the authenticator app, or a recovery code, and make it useless; returns what it was of.

    Wrong codes are counted for account and address. Raises CannotSpendCode.
    """
    credentials = code_credentials(user)
    with transaction.atomic():
        authenticators = list(
            Authenticator.objects.select_for_update().filter(user=user, type__in=(TOTP, RECOVERY)).order_by("pk")
        )
        if is_locked_out(request, credentials):
            request.axes_locked_out = True  # type: ignore[attr-defined]
            raise CannotSpendCode(locked=True)
        with secrets_of(user):
            spent = next((each for each in authenticators if _is_valid(each, code)), None)
        if spent is None:
            count_failure(request, credentials)
    if spent is None:
        raise CannotSpendCode(locked=was_locked_out(request))
    return spent


def mark_step_as_used(authenticator: Authenticator, code: str) -> None:
    """For the code that set the app up, so that it cannot sign in as well."""
    with secrets_of(authenticator.user):
        _use_totp(authenticator, code)


def _is_valid(authenticator: Authenticator, code: str) -> bool:
    if authenticator.type == TOTP:
        return _use_totp(authenticator, code)
    valid: bool = authenticator.wrap().validate_code(code)
    return valid


def _use_totp(authenticator: Authenticator, code: str) -> bool:
    secret, given = decrypt(authenticator.data["secret"]), "".join(code.split()).encode()
    newest = authenticator.data.get(LAST_STEP, -1)
    for step in yield_hotp_counters_from_time():
        if step > newest and hmac.compare_digest(_code_at(secret, step), given):
            authenticator.data[LAST_STEP] = step
            authenticator.last_used_at = timezone.now()
            authenticator.save(update_fields=["data", "last_used_at"])
            return True
    return False


def _code_at(secret: str, step: int) -> bytes:
    return str(format_hotp_value(hotp_value(secret, step))).encode()
