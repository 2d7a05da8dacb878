"""Confirm that it is you: password, and the second factor where there is one, before a dangerous act."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic.edit import FormView

from billing.admin.account.pages import frame, passkey_question
from billing.signin import lockout, recent, trail
from billing.signin.factors import CannotSpendCode, has_second_factor, spend_code
from billing.signin.forms import LOCKED, NO_PASSKEY, WRONG, UsePasskeyForm


class ConfirmForm(forms.Form):
    """Password first; only whoever knows it learns whether the code was right."""

    password = forms.CharField(label="Password", max_length=1024, strip=False, widget=forms.PasswordInput)
    code = forms.CharField(label="Code", max_length=32, required=False)
    credential = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, request.user
        self.means = "password"

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        email = self.user.get_username()
        with lockout.one_at_a_time(self.request, email):
            found = authenticate(self.request, username=email, password=password)
        if found is None or found.pk != self.user.pk:
            raise forms.ValidationError("The password is wrong.")
        return password

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if "password" in given and has_second_factor(self.user):
            self.means = f"password and {self._second_factor(given)}"
        return given

    def _second_factor(self, given: dict[str, Any]) -> str:
        if given.get("credential"):
            passkey = UsePasskeyForm(user=self.user, data={"credential": self.data["credential"]})
            if not passkey.is_valid():
                raise forms.ValidationError({"code": NO_PASSKEY})
            return str(passkey.cleaned_data["credential"].type)
        if not given.get("code"):
            raise forms.ValidationError({"code": "Fill in a code, or use a passkey."})
        try:
            spent = spend_code(user=self.user, code=given["code"], request=self.request)  # type: ignore[arg-type]
        except CannotSpendCode as refusal:
            raise forms.ValidationError({"code": LOCKED if refusal.locked else WRONG}) from refusal
        return str(spent.type)


class Confirm(FormView):
    form_class = ConfirmForm
    template_name = "admin/account/confirm.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: ConfirmForm) -> HttpResponse:
        user: Any = self.request.user
        with transaction.atomic():
            trail.tell(user, "confirmed", by=form.means)
            lockout.forgive(self.request, user)
        recent.note(self.request)
        return HttpResponseRedirect(self.wanted())

    def wanted(self) -> str:
        """The page that asked, read again; what was posted to it is not done by itself."""
        wanted = self.request.POST.get("next") or self.request.GET.get("next") or ""
        return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else reverse("admin:index")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        user: Any = self.request.user
        asked = {"asks_code": has_second_factor(user), "question": passkey_question(self.request, user)}
        own = {**frame(self.request), "title": "Confirm that it is you", "next": self.wanted()}
        return {**super().get_context_data(**more), **own, **asked}
