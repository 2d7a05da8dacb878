"""One's second factors: what there is, adding and removing it. The work is allauth's."""

from typing import Any

from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import admin
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.views.generic import TemplateView

from billing.admin.account.pages import TITLE, AccountPage, ChangesFactors, passkey_question
from billing.signin.factors import PASSKEY, RECOVERY, TOTP, has_second_factor, mark_step_as_used


class SecondFactorAtLogin(AuthenticateView):
    """The second step of signing in: a code, or a passkey."""

    template_name = "admin/account/second_factor.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        own = {"form": self.auth_form, "webauthn_form": self.webauthn_form, "view": self}
        question = passkey_question(self.request, self.stage.login.user)
        return {**admin.site.each_context(self.request), **own, "title": "Second factor", "question": question}


class Overview(AccountPage, TemplateView):
    title = TITLE
    template_name = "admin/account/overview.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        own = list(Authenticator.objects.filter(user=self.request.user).order_by("created_at", "pk"))
        by_kind = {kind: [each for each in own if each.type == kind] for kind in (TOTP, PASSKEY, RECOVERY)}
        context = super().get_context_data(**more)
        return {
            **context,
            "parent": None,
            "app": next(iter(by_kind[TOTP]), None),
            "passkeys": [(each, each.wrap().name) for each in by_kind[PASSKEY]],
            "codes_left": _unused(by_kind[RECOVERY]),
            "has_second_factor": has_second_factor(self.request.user),
        }


def _unused(recovery: list[Authenticator]) -> int | None:
    return len(recovery[0].wrap().get_unused_codes()) if recovery else None


class AddApp(ChangesFactors, ActivateTOTPView):
    title, changed, kind = "Add an authenticator app", "second_factor_added", "authenticator app"
    template_name = "admin/account/app_add.html"

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        added = Authenticator.objects.get(user=self.request.user, type=TOTP)
        mark_step_as_used(added, form.cleaned_data["code"])
        return answer


class RemoveApp(ChangesFactors, DeactivateTOTPView):
    title, changed, kind = "Remove the authenticator app", "second_factor_removed", "authenticator app"
    template_name = "admin/account/remove.html"
    extra_context = {"what": "the authenticator app"}


class AddPasskey(ChangesFactors, AddWebAuthnView):
    title, changed, kind = "Add a passkey", "second_factor_added", "passkey"
    template_name = "admin/account/passkey_add.html"


class RemovePasskey(ChangesFactors, RemoveWebAuthnView):
    title, changed, kind = "Remove a passkey", "second_factor_removed", "passkey"
    template_name = "admin/account/remove.html"
    success_url = reverse_lazy("mfa_index")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(what=f"the passkey “{self.object.wrap().name}”", **more)


class RecoveryCodes(AccountPage, ViewRecoveryCodesView):
    title = "Recovery codes"
    template_name = "admin/account/recovery_codes.html"


class MakeRecoveryCodes(ChangesFactors, GenerateRecoveryCodesView):
    title, changed, kind = "New recovery codes", "recovery_codes_made", "recovery codes"
    template_name = "admin/account/recovery_codes_make.html"
