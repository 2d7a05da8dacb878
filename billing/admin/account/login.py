"""The first step of signing in: mail address and password. allauth leads on to the second factor."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.urls import reverse


class StaffLogin(LoginView):
    authentication_form = AdminAuthenticationForm
    template_name = "admin/login.html"

    def form_valid(self, form: Any) -> HttpResponse:
        wanted = self.get_redirect_url() or reverse("admin:index")
        # No credentials go along: allauth would keep the mail address in the session
        response: HttpResponse = perform_password_login(
            self.request, {}, Login(user=form.get_user(), redirect_url=wanted)
        )
        return response
