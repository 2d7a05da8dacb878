"""Cancel a subscription: at the end of what is paid, or now."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from audit.actor import Actor
from billing.admin.effects import NO_CHANGE, Effect, opened
from billing.admin.plan_words import charge_of, earns, price_of
from billing.admin.reasons import ReasonForm
from billing.admin.verbs import SubscriptionVerbView
from billing.domain.states import may_cancel, may_cancel_at_period_end
from billing.models import Invoice
from billing.services import subscriptions
from billing.services.errors import Cannot
from billing.templatetags.formats import MINUS, date_text, money_text, zone_text
from billing.templatetags.viewer import zone_named

WAYS = {"period_end": "At the end of the period", "now": "Now"}


class CancelView(SubscriptionVerbView):
    name = "Cancel"
    template_name = "admin/billing/cancel.html"

    def why_not(self) -> str:
        return "" if may_cancel(self.subscription.status) else "The subscription has ended already."

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(effect=self.effect(), **self.choices())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        reason, effect = ReasonForm(request.POST), self.effect()
        if not reason.is_valid():
            return self.page(422, effect=effect, reason=reason, **self.choices())
        shown = opened(request.POST.get("seal", ""))
        if shown != [[row.label, row.text] for row in effect.rows]:
            return self.stale(effect.rows, "The subscription or its invoices changed after the page was opened.")
        try:
            return self.run(reason, effect, **self.choices())
        except Cannot as refusal:
            return self.refused(refusal, effect, reason, **self.choices())

    def perform(self, reason: str, by: Actor) -> None:
        subscriptions.cancel(subscription=self.subscription, at=self.at, reason=reason, by=by)

    def done_words(self) -> str:
        return "Cancelled." if self.at == "now" else f"The subscription ends on {self._end()}."

    @property
    def at(self) -> str:
        """The way that the address names; the gentlest that the state allows by default."""
        wanted = self.request.GET.get("at", "")
        return wanted if wanted in self._ways() else next(iter(self._ways()))

    def _ways(self) -> dict[str, str]:
        subscription = self.subscription
        if not may_cancel_at_period_end(subscription.status) or subscription.cancel_at_period_end:
            return {"now": WAYS["now"]}
        return WAYS

    def choices(self) -> dict[str, Any]:
        button = "Cancel now" if self.at == "now" else f"Cancel on {self._end()}"
        ways = [(way, title, way == self.at) for way, title in self._ways().items()]
        return {"ways": ways, "button": button}

    def effect(self) -> Effect:
        """All from our own rows: cancelling without a credit makes no invoice at Stripe."""
        end = self._end() if self.at == "period_end" else "today"
        still_due = self._still_due()
        return Effect(
            pays=NO_CHANGE,
            invoice=f"stays due: {still_due}" if still_due else NO_CHANGE,
            next_invoice="none any more",
            mrr=self._mrr(end),
            access=f"ends {'at once' if self.at == 'now' else f'after {end}'}; time already paid is not given back"
            if self.at == "now"
            else f"stays as it is until {end}, then ends",
            mails=NO_CHANGE,
            undo="no; a new subscription has to be started" if self.at == "now" else f"until {end}, at Stripe",
        )

    def _mrr(self, end: str) -> str:
        charges = [charge_of(price_of(item), item.quantity) for item in self.subscription.items.all()]
        monthly = sum(charge.monthly or 0 for charge in charges if charge) if earns(self.subscription) else 0
        if not monthly:
            return NO_CHANGE
        amount = money_text(monthly, self.subscription.currency, self.viewer.locale)
        return f"{MINUS}{amount}, churn, on {end}" if end != "today" else f"{MINUS}{amount}, churn, today"

    def _end(self) -> str:
        """The last moment of service in the organization's zone, which is named."""
        end, zone = self.subscription.current_period_end, zone_named(self.subscription.organization.time_zone)
        if end is None:
            return "the period's end"
        return f"{date_text(end, zone, self.viewer.locale)} ({zone_text(end.astimezone(zone))})"

    def _still_due(self) -> str:
        invoices = Invoice.objects.filter(subscription=self.subscription, status="open").order_by("id")
        return ", ".join(
            f"{invoice} {money_text(invoice.amount_remaining, invoice.currency, self.viewer.locale)}"
            for invoice in invoices[:5]
        )
