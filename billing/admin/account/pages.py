"""What all pages about one's own account share."""

from typing import Any

from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from billing.signin import sessions, trail
from billing.signin.factors import has_passkey, must_set_up_second_factor

TITLE = "Sign-in and security"


class AccountPage:
    """Mixed into a view of allauth or Django: the staff's frame around it."""

    title = ""
    request: HttpRequest

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        context = super().get_context_data(**more)  # type: ignore[misc]
        return {**context, **frame(self.request), "title": self.title}


class ChangesFactors(AccountPage):
    """A change of the second factors: it stands in the log, and ends the person's other sessions."""

    changed, kind = "", ""

    def form_valid(self, form: Any) -> HttpResponse:
        user = self.request.user
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            trail.tell(user, self.changed, kind=self.kind)  # type: ignore[arg-type]
            keep = self.request.session.session_key
            sessions.end_others(user=user, keep=keep, reason="second factors changed")  # type: ignore[arg-type]
        return answer


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the templates of these pages need; whoever has no second factor yet gets no menu."""
    must = must_set_up_second_factor(request.user)
    return {**admin.site.each_context(request), "parent": (reverse("mfa_index"), TITLE), "user_must_set_up": must}


def passkey_question(request: HttpRequest, user: Any) -> dict[str, Any] | None:
    """What the browser asks a passkey; None for those who have none."""
    question: dict[str, Any] | None = begin_authentication(user) if has_passkey(user) else None
    return question
