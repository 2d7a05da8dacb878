"""The reason that every verb asks for: a choice and a sentence."""

from typing import ClassVar

from django import forms

CHOICES = [
    ("", "Choose a reason"),
    ("customer", "Customer asked"),
    ("sales", "Agreed with sales"),
    ("correction", "Correction of a mistake"),
    ("payment", "Payment trouble"),
    ("other", "Other"),
]


class ReasonForm(forms.Form):
    """Ten characters at least: a reason that is only a full stop helps nobody who reads the log later."""

    CHOICES: ClassVar[list[tuple[str, str]]] = CHOICES

    reason_code = forms.ChoiceField(label="Reason", choices=CHOICES)
    reason = forms.CharField(
        label="In words",
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="10 to 500 characters; it stands in the audit log.",
    )

    @property
    def words(self) -> str:
        code = dict(self.CHOICES)[self.cleaned_data["reason_code"]]
        return f"{code}: {self.cleaned_data['reason']}"
