"""What is chosen when a key is made or rotated."""

from django import forms

from billing.domain.scopes import Scope
from billing.models import Organization
from billing.services.api_keys import DEFAULT_OVERLAP, LONGEST_OVERLAP

HOUR = 3600


class IssueForm(forms.Form):
    name = forms.CharField(label="Name", max_length=255, help_text="Where the key is used.")
    organization = forms.CharField(
        label="Organization", required=False, max_length=64, help_text="org_… id; empty for a key of the installation."
    )
    scopes = forms.MultipleChoiceField(
        label="Scopes", choices=[(str(scope), str(scope)) for scope in Scope], widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        label="Ends after days",
        required=False,
        min_value=1,
        max_value=3650,
        help_text="Empty for a key without an end.",
    )

    def clean_organization(self) -> Organization | None:
        """Only one that stands: a key of another would be refused."""
        named = self.cleaned_data["organization"].replace("\0", "").strip()
        if not named:
            return None
        found = Organization.objects.standing().filter(public_id=named).first()
        if found is None:
            raise forms.ValidationError(f"There is no organization {named}.")
        return found


class OverlapForm(forms.Form):
    hours = forms.IntegerField(
        label="Overlap in hours",
        min_value=0,
        max_value=int(LONGEST_OVERLAP.total_seconds()) // HOUR,
        initial=int(DEFAULT_OVERLAP.total_seconds()) // HOUR,
        help_text="For so long both keys open the door; 0 to 168.",
    )
