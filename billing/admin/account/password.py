"""Changing one's own password. Django asks for the old one; the session that did it stays, every other one ends."""

from typing import Any

from django.contrib.auth.views import PasswordChangeView
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse_lazy
from unfold.forms import AdminOwnPasswordChangeForm

from billing.signin import sessions, trail


class OwnPassword(PasswordChangeView):
    form_class = AdminOwnPasswordChangeForm
    success_url = reverse_lazy("admin:password_change_done")

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)
            trail.tell(form.user, "password_changed")
            sessions.end_others(user=form.user, keep=None, reason="password changed")
        sessions.list_this(self.request)
        return answer
