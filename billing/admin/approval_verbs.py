"""Approve what somebody else asks for, or decline it. What it would do is computed again first."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from audit.actor import Actor
from billing.admin.approval_words import amount_of, question_words, title_of, versions_of, why_not_decide
from billing.admin.effects import opened, sealed
from billing.admin.moments import names_of
from billing.admin.reasons import ReasonForm
from billing.admin.sections import Notice
from billing.admin.verbs import VerbView
from billing.models import Approval
from billing.services import approvals
from billing.services.approval_rules import DECIDE
from billing.services.errors import Cannot
from billing.services.guarded import verb_named


class _DecisionView(VerbView):
    permission = DECIDE

    @property
    def approval(self) -> Approval:
        approval: Approval = self.target
        return approval

    def target_words(self) -> object:
        return title_of(self.approval, self.viewer)

    def title(self) -> str:
        return f"{self.name}: {self.deed()} · {self.approval.organization}"

    def why_not(self) -> str:
        return why_not_decide(self.approval, self.viewer)

    def deed(self) -> str:
        """Refund $600.00, within a sentence."""
        words = title_of(self.approval, self.viewer)
        return f"{words[:1].lower()}{words[1:]}"

    def question(self) -> Notice:
        asker = names_of({(self.approval.asked_by_kind, self.approval.asked_by_id)})
        return Notice("info", question_words(self.approval, next(iter(asker.values())), self.viewer))


class ApproveView(_DecisionView):
    name = "Approve"
    template_name = "admin/billing/approve.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Nothing that Stripe has to compute is computed by looking: then there is a button for it."""
        return self.versions(now=not verb_named(self.approval.verb).asks_stripe)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return self.versions(now=True) if request.POST.get("step") == "show" else self._do(request)
        except Cannot as refusal:
            return self.refused(refusal, None, None)

    def _do(self, request: HttpRequest) -> HttpResponse:
        if not self.why_not():
            versions = versions_of(self.approval, self.viewer, now=True)
            shown = opened(request.POST.get("seal", ""))
            if versions.rows and shown != [[row.label, row.text] for row in versions.rows]:
                return self.stale(versions.rows, "What it does changed after the page was opened.")
        return self.run(None, None)

    def versions(self, *, now: bool) -> HttpResponse:
        compared = versions_of(self.approval, self.viewer, now=now)
        problem = [Notice("bad", f"It cannot be done any more. {compared.problem}")] if compared.problem else []
        return self.page(
            effect=None,
            notices=[*problem, self.question()],
            section=compared.section(self.viewer),
            seal=sealed(compared.rows),
            button=f"Approve and {self.deed()}" if compared.rows else "",
            ask=not now,
        )

    def perform(self, reason: str, by: Actor) -> None:
        approvals.approve(approval=self.approval, by=by, now=self.viewer.now)

    def done_words(self) -> str:
        return f"Approved and done: {title_of(self.approval, self.viewer)}."


class DeclineView(_DecisionView):
    name = "Decline"
    template_name = "admin/billing/decline.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(effect=None, notices=[self.question()], **self._context())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        reason = ReasonForm(request.POST)
        if not reason.is_valid():
            return self.page(422, effect=None, reason=reason, notices=[self.question()], **self._context())
        try:
            return self.run(reason, None)
        except Cannot as refusal:
            return self.refused(refusal, None, None)

    def _context(self) -> dict[str, Any]:
        section = versions_of(self.approval, self.viewer, now=False).section(self.viewer)
        return {"section": section, "button": f"Decline {amount_of(self.approval, self.viewer)}"}

    def perform(self, reason: str, by: Actor) -> None:
        approvals.decline(approval=self.approval, reason=reason, by=by, now=self.viewer.now)

    def done_words(self) -> str:
        return f"Declined: {title_of(self.approval, self.viewer)}. Nothing was done."
