"""How much goes back, and why."""

from decimal import Decimal
from typing import Any, ClassVar

from babel.numbers import NumberFormatError, parse_decimal
from django import forms

from billing.admin.reasons import CHOICES, ReasonForm
from billing.domain.money import Money, exponent
from billing.templatetags.formats import money_text
from billing.templatetags.viewer import Viewer

STRIPES_WORDS = {"customer": "requested_by_customer", "duplicate": "duplicate", "fraud": "fraudulent"}


class RefundReasonForm(ReasonForm):
    CHOICES: ClassVar[list[tuple[str, str]]] = [
        *CHOICES[:2],
        ("duplicate", "Paid twice"),
        ("fraud", "Fraud"),
        *CHOICES[2:],
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason_code"].choices = self.CHOICES  # type: ignore[attr-defined]

    @property
    def stripes_word(self) -> str:
        """Stripe's code for the reason; none for what it has no word for."""
        return STRIPES_WORDS.get(self.cleaned_data["reason_code"], "")


class AmountForm(forms.Form):
    """An amount in the currency's own decimals, in the reader's spelling: 94.01. Cleaned to minor units."""

    amount = forms.CharField(label="Amount", max_length=32)

    def __init__(self, *args: Any, most: int, currency: str, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most, self.currency, self.viewer = most, currency, viewer

    def clean_amount(self) -> int:
        try:
            major: Decimal = parse_decimal(self.cleaned_data["amount"].strip(), locale=self.viewer.locale, strict=True)
        except NumberFormatError:
            raise forms.ValidationError(f"Write an amount, such as {plain(self.most, self.currency)}.") from None
        minor = major.scaleb(exponent(self.currency))
        if not minor.is_finite() or minor != minor.to_integral_value():
            raise forms.ValidationError(f"{self.currency.upper()} has {exponent(self.currency)} decimals.")
        if not 0 < minor <= self.most:
            most = money_text(self.most, self.currency, self.viewer.locale)
            raise forms.ValidationError(f"More than nothing, and at most {most}.")
        return int(minor)


def plain(amount: int, currency: str) -> str:
    """The amount as the field takes it: 94.01."""
    return str(Money(currency, amount).major())
