"""The base of every guarded verb: GET shows the effect and asks for the reason, POST does it.

GET changes nothing and calls nobody. POST runs outside a transaction, because the service calls Stripe after its
own commit. What was shown travels with the form; where it is not true any more, nothing happens and both versions
stand side by side (409).
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views import View

from audit.actor import Actor
from audit.context import current
from audit.middleware import actor_of
from billing.admin.effects import Effect, EffectRow, differences, sealed
from billing.admin.plan_words import subscription_words
from billing.admin.reasons import ReasonForm
from billing.admin.sections import Notice
from billing.models import Approval, StripeCommand, Subscription
from billing.services.errors import Cannot, OutcomeUnknown, PaymentDeclined
from billing.services.guard import ApprovalNeeded
from billing.signin import recent
from billing.templatetags.declines import decline
from billing.templatetags.viewer import Viewer, viewer_of


class VerbView(View):
    """A verb on one row, the `target`. Subclasses say what is chosen, what it would do, and do it."""

    model_admin: Any = None
    http_method_names = ["get", "post", "head"]
    permission = ""
    name = ""
    template_name = ""
    request: HttpRequest
    target: Any
    viewer: Viewer

    def title(self) -> str:
        return f"{self.name} · {self.target.organization}"

    def target_words(self) -> object:
        """What the row is called in the breadcrumb."""
        return self.target

    def why_not(self) -> str:
        """Why the state forbids the verb; empty where it does not."""
        return ""

    def done_words(self) -> str:
        raise NotImplementedError

    def perform(self, reason: str, by: Actor) -> None:
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.viewer = viewer_of(request)
        if not self.viewer.may(self.permission):
            raise PermissionDenied
        if first := recent.ask_unless_recent(request):
            return first
        self.target = self.model_admin.object_named(request, kwargs["object_id"])
        why_not = self.why_not()
        if why_not and request.method != "POST":
            return self.page(409, notices=[Notice("care", why_not)], effect=None)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def page(
        self,
        status: int = 200,
        *,
        effect: Effect | None,
        reason: ReasonForm | None = None,
        notices: list[Notice] | None = None,
        **more: Any,
    ) -> HttpResponse:
        rows = effect.rows if effect else []
        context = {
            **self.context(),
            "effect_rows": rows,
            "seal": sealed(rows),
            "reason": reason or ReasonForm(),
            "notices": notices or [],
            **more,
        }
        return TemplateResponse(self.request, self.template_name, context, status=status)

    def context(self) -> dict[str, Any]:
        return {
            **self.model_admin.admin_site.each_context(self.request),
            "opts": self.model_admin.opts,
            "title": self.title(),
            "parent": (self.back, self.target_words()),
            "back": self.back,
        }

    @property
    def back(self) -> str:
        opts = self.model_admin.opts
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[self.target.pk])

    def stale(self, rows: list[EffectRow], cause: str, **more: Any) -> HttpResponse:
        """What was shown is not true any more: nothing was done, and both versions stand side by side."""
        context = {
            **self.context(),
            "differences": differences(self.request.POST.get("seal", ""), rows),
            "cause": cause,
            "verb": self.name,
            "again": self.request.get_full_path(),
            **more,
        }
        return TemplateResponse(self.request, "admin/verb_stale.html", context, status=409)

    def run(self, reason: ReasonForm | None, effect: Effect | None, **page: Any) -> HttpResponse:
        """Do it, and answer with where its outcome is shown. PreviewStale is left to the subclass."""
        by = actor_of(self.request)
        if by is None:
            raise PermissionDenied
        try:
            self.perform(reason.words if reason else "", by)
        except ApprovalNeeded as needed:
            messages.info(self.request, "Nothing was done yet: somebody else has to approve it.")
            return HttpResponseRedirect(approval_page(needed.approval))
        except OutcomeUnknown as outcome:
            messages.warning(self.request, "Stripe has not answered yet. Nothing is sent twice.")
            return HttpResponseRedirect(self._outcome_page(outcome.command))
        except PaymentDeclined as declined:
            words = decline(declined.decline_code)
            text = f"{words.words}. Nothing was changed. {words.advice}"
            return self.page(402, effect=effect, reason=reason, notices=[Notice("bad", text)], **page)
        messages.success(self.request, self.done_words())
        return HttpResponseRedirect(self._outcome_page(self._command()))

    def refused(self, refusal: Cannot, effect: Effect | None, reason: ReasonForm | None, **page: Any) -> HttpResponse:
        notice = Notice("bad", f"Nothing was changed. {refusal.detail}")
        return self.page(refusal.status, effect=effect, reason=reason, notices=[notice], **page)

    def _command(self) -> StripeCommand | None:
        asked = StripeCommand.objects.filter(organization=self.target.organization_id, request_id=current().request_id)
        return asked.order_by("-id").first()

    def _outcome_page(self, command: StripeCommand | None) -> str:
        """The command with its steps; the row's own for those who may not see commands."""
        if command is None or not self.viewer.may("billing.view_stripecommand"):
            return self.back
        return reverse("admin:billing_stripecommand_change", args=[command.pk])


class SubscriptionVerbView(VerbView):
    permission = "billing.change_subscription"

    @property
    def subscription(self) -> Subscription:
        subscription: Subscription = self.target
        return subscription

    def target_words(self) -> object:
        return subscription_words(self.subscription)


def approval_page(approval: Approval) -> str:
    return reverse("admin:billing_approval_change", args=[approval.pk])
