"""allauth's forms for codes and passkeys: codes on our count of failures and our rule that they work once, passkeys
with made-up answers refused instead of breaking the page."""

import struct
from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm
from django import forms

from billing.signin.factors import CannotSpendCode, spend_code

WRONG = "This code is wrong, or was used before. Wait for the next one."
LOCKED = "Too many wrong codes. Wait a quarter of an hour, or use a passkey."
NO_PASSKEY = "The passkey was not accepted."

UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, struct.error)
"""What the library raises for an answer that no authenticator gives."""


class CodeForm(AuthenticateForm):
    """The second step of signing in."""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            self.authenticator = spend_code(user=self.user, code=code, request=context.request)
        except CannotSpendCode as refusal:
            raise forms.ValidationError(LOCKED if refusal.locked else WRONG) from refusal
        return code


class AddPasskeyForm(AddWebAuthnForm):
    def clean_credential(self) -> dict[str, Any]:
        """allauth looks into an answer only where it is true to Python: 0 and false would be passkeys."""
        credential = self.cleaned_data["credential"]
        if not isinstance(credential, dict) or not credential:
            raise forms.ValidationError(NO_PASSKEY)
        return credential

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except UNREADABLE as error:
            raise forms.ValidationError(NO_PASSKEY) from error
        return cleaned


class UsePasskeyForm(AuthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except UNREADABLE as error:
            raise forms.ValidationError(NO_PASSKEY) from error
