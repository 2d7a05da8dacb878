"""allauth's forms for codes, on our count of failures and our rule that a code works once."""

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from django import forms

from billing.signin.factors import CannotSpendCode, spend_code

WRONG = "This code is wrong, or was used before. Wait for the next one."
LOCKED = "Too many wrong codes. Wait a quarter of an hour, or use a passkey."


class CodeForm(AuthenticateForm):
    """The second step of signing in."""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            self.authenticator = spend_code(user=self.user, code=code, request=context.request)
        except CannotSpendCode as refusal:
            raise forms.ValidationError(LOCKED if refusal.locked else WRONG) from refusal
        return code
