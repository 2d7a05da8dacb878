"""Change plan, interval or quantity: choose, check Stripe's figures, do."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from audit.actor import Actor
from audit.middleware import actor_of
from billing.admin.change_plan_effect import effect_of, line_rows
from billing.admin.change_plan_form import ChangePlanForm
from billing.admin.effects import Effect, sealed
from billing.admin.plan_words import price_of
from billing.admin.reasons import ReasonForm
from billing.admin.sections import Notice
from billing.admin.verbs import SubscriptionVerbView
from billing.domain.states import may_change_plan
from billing.models import SubscriptionItem
from billing.services import previews, subscriptions
from billing.services.errors import Cannot
from billing.services.guard import needs_approval
from billing.services.guarded import MoneyEffect
from billing.services.previews import Preview, PreviewStale
from billing.services.subscriptions import CHANGE_PLAN
from billing.templatetags.formats import money_text

OVER_THE_LIMIT = "This moves more than you may move alone. Somebody else has to approve it within 24 h."


class ChangePlanView(SubscriptionVerbView):
    name = "Change plan"
    template_name = "admin/billing/change_plan.html"
    form: ChangePlanForm

    def why_not(self) -> str:
        if not may_change_plan(self.subscription.status):
            return "The plan cannot be changed in this state: the subscription is not active."
        if len(self._items()) != 1:
            return "The subscription has several items; their plans are changed one by one."
        if getattr(price_of(self._items()[0]), "plan", None) is None:
            return "Its price or plan has not arrived from Stripe yet. Try again when the inbox is empty."
        return ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.form = ChangePlanForm(item=self._items()[0], currency=self.subscription.currency, viewer=self.viewer)
        return self.page(effect=None, choice=self.form)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        why_not = self.why_not()
        if why_not:
            return self.page(409, effect=None, notices=[Notice("care", why_not)])
        self.form = ChangePlanForm(
            request.POST, item=self._items()[0], currency=self.subscription.currency, viewer=self.viewer
        )
        if not self.form.is_valid():
            return self.page(422, effect=None, choice=self.form)
        try:
            return self._do(request) if request.POST.get("step") == "do" else self._show(ReasonForm())
        except Cannot as refusal:
            return self.refused(refusal, None, ReasonForm(initial=request.POST.dict()), choice=self.form)

    def _do(self, request: HttpRequest) -> HttpResponse:
        reason = ReasonForm(request.POST)
        token = request.POST.get("preview_token", "")
        if not reason.is_valid() or not token:
            return self._show(reason, 422)
        try:
            return self.run(reason, Effect(), choice=self.form)
        except PreviewStale as stale:
            preview = self._preview()
            rows = [*line_rows(preview, self.viewer), *self._effect(preview).rows]
            return self.stale(rows, stale.detail)

    def _show(self, reason: ReasonForm, status: int = 200) -> HttpResponse:
        """The page with Stripe's figures of now."""
        preview = self._preview()
        effect = self._effect(preview)
        lines = line_rows(preview, self.viewer)
        notices = [Notice("info", OVER_THE_LIMIT)] if self._asks(preview) else []
        return self.page(
            status,
            notices=notices,
            effect=effect,
            reason=reason,
            choice=self.form,
            preview=preview,
            lines=lines,
            button=self._button(preview),
            seal=sealed([*lines, *effect.rows]),
        )

    def _asks(self, preview: Preview) -> bool:
        """Whether somebody else has to approve it."""
        by, effect = actor_of(self.request), MoneyEffect(abs(preview.total), preview.currency)
        return by is not None and needs_approval(CHANGE_PLAN, self.subscription, effect, by)

    def _button(self, preview: Preview) -> str:
        plan = self.form.wanted.price.plan
        if self._asks(preview):
            return f"Ask for approval of {money_text(abs(preview.total), preview.currency, self.viewer.locale)}"
        if preview.due_now <= 0:
            return f"Change to {plan}"
        return f"Charge {money_text(preview.due_now, preview.currency, self.viewer.locale)} and change to {plan}"

    def _preview(self) -> Preview:
        return previews.preview_change(subscription=self.subscription, now=self.viewer.now, **self.form.terms)

    def _effect(self, preview: Preview) -> Effect:
        return effect_of(self.subscription, self._items()[0], self.form.wanted, preview, self.viewer)

    def perform(self, reason: str, by: Actor) -> None:
        subscriptions.change_plan(
            subscription=self.subscription,
            preview_token=self.request.POST.get("preview_token", ""),
            reason=reason,
            by=by,
            **self.form.terms,
        )

    def done_words(self) -> str:
        return f"Changed to {self.form.wanted.price.plan}."

    def _items(self) -> list[SubscriptionItem]:
        """Those with a plan; metered items follow it."""
        items = self.subscription.items.all()
        return [item for item in items if getattr(getattr(item, "price", None), "usage_type", "") != "metered"]
