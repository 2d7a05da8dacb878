"""Take charge of a difference from Stripe, or close it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from audit.actor import Actor
from billing.admin.reasons import ReasonForm
from billing.admin.verbs import VerbView
from billing.models import Discrepancy
from billing.models.reconciliation import DiscrepancyStatus
from billing.reconcile import deciding
from billing.services.errors import Cannot

DECIDE = "billing.add_reconciliationrun"


class SettlingForm(ReasonForm):
    CHOICES = [
        ("", "Choose a reason"),
        ("mended", "Set right at Stripe or here"),
        ("known", "Known, and right as it is"),
        ("test", "Test data"),
        ("other", "Other"),
    ]
    reason_code = forms.ChoiceField(label="Reason", choices=CHOICES)


class DiscrepancyVerbView(VerbView):
    permission = DECIDE

    @property
    def discrepancy(self) -> Discrepancy:
        discrepancy: Discrepancy = self.target
        return discrepancy

    def title(self) -> str:
        return f"{self.name} · {self.discrepancy.stripe_id}"

    def why_not(self) -> str:
        return "" if self.discrepancy.status == DiscrepancyStatus.OPEN else "It is closed."

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.asked(200, SettlingForm())

    def asked(self, status: int, reason: ReasonForm) -> HttpResponse:
        return self.page(status, effect=None, reason=reason, button=self.name)

    def attempt(self, reason: ReasonForm | None) -> HttpResponse:
        try:
            return self.run(reason, None)
        except Cannot as refusal:
            return self.refused(refusal, None, reason)


class TakeDiscrepancyView(DiscrepancyVerbView):
    name = "Take"
    template_name = "admin/billing/take.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.attempt(None)

    def perform(self, reason: str, by: Actor) -> None:
        deciding.take(discrepancy=self.discrepancy, owner=self.viewer.user, by=by)

    def done_words(self) -> str:
        return "It is yours now."


class SettleView(DiscrepancyVerbView):
    name = "Close"
    template_name = "admin/billing/settle.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        reason = SettlingForm(request.POST)
        return self.attempt(reason) if reason.is_valid() else self.asked(422, reason)

    def perform(self, reason: str, by: Actor) -> None:
        ignore = self.request.POST.get("reason_code") == "known"
        deciding.settle(discrepancy=self.discrepancy, ignore=ignore, reason=reason, by=by)

    def done_words(self) -> str:
        return "Closed. Found again by a later run, it is open again."
