"""The addresses below /admin/account/. allauth finds its pages by the names given here; what is not here is off."""

from collections.abc import Callable

from django.contrib import admin
from django.http import HttpResponseBase
from django.urls import URLPattern, path
from django.views.generic import RedirectView

from billing.admin.account.confirm import Confirm
from billing.admin.account.own_sessions import OwnSessions
from billing.admin.account.second_factors import (
    AddApp,
    AddPasskey,
    MakeRecoveryCodes,
    Overview,
    RecoveryCodes,
    RemoveApp,
    RemovePasskey,
    SecondFactorAtLogin,
)
from billing.signin.recent import confirmed_recently

View = Callable[..., HttpResponseBase]


def staff(view: View) -> View:
    return admin.site.admin_view(view)


def careful(view: View) -> View:
    """For staff who have signed in, or confirmed, just now."""
    return admin.site.admin_view(confirmed_recently(view))


urlpatterns: list[URLPattern] = [
    path("", staff(Overview.as_view()), name="mfa_index"),
    path("passkeys/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("second-factor/", SecondFactorAtLogin.as_view(), name="mfa_authenticate"),
    path("confirm/", staff(Confirm.as_view()), name="account_confirm"),
    path("sessions/", staff(OwnSessions.as_view()), name="usersessions_list"),
    path("app/add/", careful(AddApp.as_view()), name="mfa_activate_totp"),
    path("app/remove/", careful(RemoveApp.as_view()), name="mfa_deactivate_totp"),
    path("passkeys/add/", careful(AddPasskey.as_view()), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/remove/", careful(RemovePasskey.as_view()), name="mfa_remove_webauthn"),
    path("recovery-codes/", careful(RecoveryCodes.as_view()), name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", careful(MakeRecoveryCodes.as_view()), name="mfa_generate_recovery_codes"),
]
