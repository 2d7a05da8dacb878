"""Where django-allauth asks us: it signs staff in and keeps second factors, and nothing else of it is open."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from audit.client_address import client_address
from audit.sealing import seal, unseal
from billing.models import User
from billing.signin import recent, sessions, trail
from billing.signin.devices import remember_device
from billing.signin.sealed import place

PASSWORD_KEY = "signin_password"  # noqa: S105 - a key of the session


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Staff are added by staff."""
        return False

    def get_login_stages(self) -> list[str]:
        return ["allauth.mfa.stages.AuthenticateStage"]

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """No: `recent` asks for the password and the second factor; allauth would be content with either, and
        would do again what was posted."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("admin:index")

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "0.0.0.0"  # noqa: S104 - nothing listens there: an address for "unknown"

    def is_safe_url(self, url: str | None) -> bool:
        """Only pages of this very site."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def pre_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse | None:
        """The password was right; keep which one it was."""
        request.session[PASSWORD_KEY] = user.get_session_auth_hash()
        refusal: HttpResponse | None = super().pre_login(request, user, **more)
        return refusal

    def login(self, request: HttpRequest, user: User) -> None:
        """Begin the session, and look again: minutes may lie between the password and the second factor."""
        known = str(request.session.pop(PASSWORD_KEY, ""))
        if not (user.is_active and user.is_staff and constant_time_compare(known, user.get_session_auth_hash())):
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("admin:login")))
        with transaction.atomic(), trail.as_person(user):
            super().login(request, user)
            trail.tell(user, "signed_in", by=_means(request, user))
        recent.note(request)

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        request.session.save()  # what is not in the table yet would be taken for ended, and leave the list
        response: HttpResponse = super().post_login(request, user, **more)
        with trail.as_person(user):
            sessions.keep_newest(request=request, user=user)
        remember_device(request, response, user.email)
        return response

    def add_message(
        self, request: HttpRequest, level: int, *args: Any, message: str | None = None, **more: Any
    ) -> None:
        """Only what we word ourselves; allauth's own messages come from templates."""
        if message:
            super().add_message(request, level, message=message)


class MfaAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return seal(text, place=place())

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, place=place())

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Offered for a new passkey: "Passkey", "Passkey 2"."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return "Passkey" if number == 1 else f"Passkey {number}"


def _means(request: HttpRequest, user: User) -> str:
    """ "password", or "password and totp"."""
    records = get_authentication_records(request, user)
    return " and ".join(dict.fromkeys(str(each.get("type") or each["method"]) for each in records))
