"""Give a payment back: all, the rest or a part of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join

from audit.actor import Actor
from audit.middleware import actor_of
from billing.admin.effect_words import tells
from billing.admin.effects import NO_CHANGE, Effect, EffectRow, opened
from billing.admin.refund_form import AmountForm, RefundReasonForm, plain
from billing.admin.sections import Notice
from billing.admin.tables import card_words
from billing.admin.verbs import VerbView
from billing.models import Payment
from billing.queries.refunds import refundable
from billing.services import refunds
from billing.services.errors import Cannot
from billing.services.guard import needs_approval
from billing.services.guarded import MoneyEffect, Parameters
from billing.services.refunds import REFUND, CannotRefund
from billing.templatetags.formats import money_text
from billing.templatetags.parts import money_part
from billing.templatetags.states import INVOICE
from billing.templatetags.viewer import Viewer

OVER_THE_LIMIT = (
    "This is more than you may give back of one payment alone. Somebody else has to approve it within 24 h."
)


class RefundView(VerbView):
    name = REFUND.label
    permission = REFUND.permission
    template_name = "admin/billing/refund.html"

    @property
    def payment(self) -> Payment:
        payment: Payment = self.target
        return payment

    def target_words(self) -> object:
        return f"Payment of {self.money(self.payment.amount)}"

    def why_not(self) -> str:
        try:
            refunds.check_refundable(self.payment)
        except CannotRefund as refusal:
            return refusal.detail
        return ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form()
        if not form.is_valid():
            return self.page(422, effect=None, choice=form, **self.picks(0))
        amount = form.cleaned_data["amount"]
        return self.page(effect=self.effect(amount), reason=RefundReasonForm(), choice=form, **self.choices(amount))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        why_not, form = self.why_not(), self.form()
        if why_not:
            return self.page(409, effect=None, notices=[Notice("care", why_not)])
        if not form.is_valid():
            return self.page(422, effect=None, choice=form, **self.picks(0))
        self.amount = form.cleaned_data["amount"]
        self.reason, effect = RefundReasonForm(request.POST), self.effect(self.amount)
        page = {"choice": form, **self.choices(self.amount)}
        if not self.reason.is_valid():
            return self.page(422, effect=effect, reason=self.reason, **page)
        if opened(request.POST.get("seal", "")) != [[row.label, row.text] for row in effect.rows]:
            return self.stale(effect.rows, "The payment or its refunds changed after the page was opened.")
        try:
            return self.run(self.reason, effect, **page)
        except Cannot as refusal:
            return self.refused(refusal, effect, self.reason, **page)

    def perform(self, reason: str, by: Actor) -> None:
        code = self.reason.stripes_word
        refunds.refund(payment=self.payment, amount=self.amount, reason_code=code, reason=reason, by=by)

    def done_words(self) -> str:
        return f"Refunded {self.money(self.amount)}."

    def form(self) -> AmountForm:
        """The amount that the address names; what is left by default."""
        left, currency = refundable(self.payment).left, self.payment.currency
        given = self.request.GET.get("amount", "") or plain(left, currency)
        return AmountForm({"amount": given}, most=left, currency=currency, viewer=self.viewer)

    def effect(self, amount: int) -> Effect:
        return effect_of(self.payment, self._money_effect(amount), self.viewer)

    def _money_effect(self, amount: int) -> MoneyEffect:
        parameters = {"amount": amount, "currency": self.payment.currency, "reason_code": ""}
        return refunds.refund_effect(self.payment, parameters)

    def choices(self, amount: int) -> dict[str, Any]:
        """The quick picks, what the button says, and whether somebody else is needed."""
        by = actor_of(self.request)
        asks = by is not None and needs_approval(REFUND, self.payment, self._money_effect(amount), by)
        button = f"Ask for approval of {self.money(amount)}" if asks else f"Refund {self.money(amount)}"
        notices = [Notice("info", OVER_THE_LIMIT)] if asks else []
        return {"button": button, "asks": asks, "limit_notices": notices, **self.picks(amount)}

    def picks(self, amount: int) -> dict[str, Any]:
        standing = refundable(self.payment)
        word = "All" if standing.left == standing.captured else "Rest"
        href = f"?amount={plain(standing.left, self.payment.currency)}"
        return {"picks": [(href, f"{word} {self.money(standing.left)}", amount == standing.left)]}

    def money(self, amount: int) -> str:
        return money_text(amount, self.payment.currency, self.viewer.locale)


def effect_of(payment: Payment, effect: MoneyEffect, viewer: Viewer) -> Effect:
    """All from our own rows: what a refund does is known before Stripe is asked."""
    facts = effect.facts
    amount, left = (money_part(each, effect.currency, viewer) for each in (effect.amount, facts["left"]))
    whole = effect.amount == facts["captured"]
    return Effect(
        pays=format_html("gets {} back{}; at most {} can go back", amount, _way(payment), left),
        invoice=format_html_join(
            "; ",
            "{} stays {}; no credit note is made",
            ((number or "Draft", _word(status)) for number, status in facts["invoices"]),
        )
        or "no invoice is concerned",
        tax="not given back: that takes a credit note",
        access="stays as it is, although all is given back" if whole else NO_CHANGE,
        mails="none from here; Stripe sends a receipt where that is switched on",
        undo="no",
    )


def _way(payment: Payment) -> str:
    paid = [attempt for attempt in payment.attempts.all() if attempt.status == "succeeded"]
    if not paid or not paid[-1].card_last_four:
        return ""
    return f" to {card_words(paid[-1].card_brand, paid[-1].card_last_four, 'card')}"


def _word(status: str) -> str:
    return INVOICE[status][0].lower() if status in INVOICE else status


@tells(REFUND.name)
def refund_rows(payment: Payment, parameters: Parameters, effect: MoneyEffect, viewer: Viewer) -> list[EffectRow]:
    return effect_of(payment, effect, viewer).rows
