"""The first step of signing in: mail address and password. allauth leads on to the second factor."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from billing.signin.lockout import one_at_a_time


class StaffLoginForm(AdminAuthenticationForm):
    request: HttpRequest

    def clean(self) -> Any:
        refusal = None
        with one_at_a_time(self.request, self.cleaned_data.get("username", "")):
            try:
                cleaned = super().clean()
            except ValidationError as error:
                refusal = error
        if refusal:
            raise refusal
        return cleaned


class StaffLogin(LoginView):
    authentication_form = StaffLoginForm
    template_name = "admin/login.html"

    def form_valid(self, form: Any) -> HttpResponse:
        wanted = self.get_redirect_url() or reverse("admin:index")
        # No credentials go along: allauth would keep the mail address in the session
        response: HttpResponse = perform_password_login(
            self.request, {}, Login(user=form.get_user(), redirect_url=wanted)
        )
        return response
