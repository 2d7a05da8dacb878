"""What a change of plan does: Stripe's figures from the preview, the rest from our rows."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from billing.admin.change_plan_form import Wanted
from billing.admin.effect_words import tells
from billing.admin.effects import NO_CHANGE, Effect, EffectRow
from billing.admin.plan_words import charge_of, earns, price_of
from billing.admin.tables import method_words
from billing.models import PaymentMethod, Plan, PlanFeature, Subscription, SubscriptionItem
from billing.services.errors import Cannot
from billing.services.guarded import MoneyEffect, Parameters
from billing.services.previews import Preview, preview_of
from billing.services.prices import price_of as sold_as
from billing.services.subscriptions import CHANGE_PLAN, changeable_item
from billing.templatetags.formats import date_text, number_text, zone_text
from billing.templatetags.parts import money_part
from billing.templatetags.viewer import Viewer, zone_named


def line_rows(preview: Preview, viewer: Viewer) -> list[EffectRow]:
    """The lines of the invoice that would be made, as Stripe words them, and their sum."""
    lines = [EffectRow(line.description, money_part(line.amount, preview.currency, viewer)) for line in preview.lines]
    sums = [("Subtotal", preview.subtotal), ("Tax", preview.tax), ("Total", preview.total)]
    return [*lines, *(EffectRow(label, money_part(amount, preview.currency, viewer)) for label, amount in sums)]


def effect_of(
    subscription: Subscription, item: SubscriptionItem, wanted: Wanted, preview: Preview, viewer: Viewer
) -> Effect:
    def amount(value: int) -> SafeString:
        return money_part(value, preview.currency, viewer)

    return Effect(
        pays=_pays(subscription, preview, viewer),
        invoice=format_html("one invoice of {} now", amount(preview.total))
        if preview.total >= 0
        else format_html("{} to the customer’s balance", amount(-preview.total)),
        next_invoice=_next_invoice(subscription, preview, viewer),
        tax=amount(preview.tax) if preview.tax else NO_CHANGE,
        mrr=_mrr(item, wanted, viewer) if earns(subscription) else NO_CHANGE,
        access=_access(getattr(price_of(item), "plan", None), wanted.price.plan, viewer),
        undo="change back any time; money back only as a refund",
    )


@tells(CHANGE_PLAN.name)
def change_rows(
    subscription: Subscription, parameters: Parameters, effect: MoneyEffect, viewer: Viewer
) -> list[EffectRow]:
    """The lines and the panel of a change that somebody asked for, from the figures that Stripe gave then or now."""
    preview = preview_of(effect)
    try:
        item = changeable_item(subscription)
        price = sold_as(parameters["plan_code"], parameters["interval"] or item.price.interval, subscription.currency)
    except Cannot:  # not possible any more: the figures still tell what was asked for
        return line_rows(preview, viewer)
    quantity = item.quantity if parameters["quantity"] is None else parameters["quantity"]
    panel = effect_of(subscription, item, Wanted(price, quantity or 1), preview, viewer)
    return [*line_rows(preview, viewer), *panel.rows]


def _pays(subscription: Subscription, preview: Preview, viewer: Viewer) -> object:
    if preview.due_now <= 0:
        return "nothing"
    key = subscription.default_payment_method_id or subscription.organization.default_payment_method_id
    method = PaymentMethod.objects.filter(stripe_id=key).first() if key else None
    by = f" by {method_words(method)}" if method else ""
    due = money_part(preview.due_now, preview.currency, viewer)
    return format_html("{}{}; if declined, the plan stays as it is", due, by)


def _next_invoice(subscription: Subscription, preview: Preview, viewer: Viewer) -> object:
    following = preview.next_invoice
    if following is None:
        return "a new period begins today"
    zone = zone_named(subscription.organization.time_zone)
    on = date_text(following.at, zone, viewer.locale)
    amount = money_part(following.amount, preview.currency, viewer)
    return format_html("{} before tax, on {} ({})", amount, on, zone_text(following.at.astimezone(zone)))


def _mrr(item: SubscriptionItem, wanted: Wanted, viewer: Viewer) -> object:
    before, after = charge_of(price_of(item), item.quantity), charge_of(wanted.price, wanted.quantity)
    old, new = before.monthly if before else None, after.monthly if after else None
    if old is None or new is None:
        return "follows usage or tiers; see the next report"
    if old == new:
        return NO_CHANGE
    kind = "expansion" if new > old else "contraction"
    currency = wanted.price.currency
    return format_html("{} → {}, {}", money_part(old, currency, viewer), money_part(new, currency, viewer), kind)


def _access(old: Plan | None, new: Plan, viewer: Viewer) -> object:
    """Limits that change, features gained and lost."""
    before, after = _granted(old), _granted(new)
    words = []
    for name in sorted({**before, **after}):
        if name not in before:
            words.append(f"gains {name}{_limit(after[name], viewer)}")
        elif name not in after:
            words.append(f"loses {name}")
        elif before[name].limit != after[name].limit:
            words.append(f"{name}{_limit(before[name], viewer)} →{_limit(after[name], viewer)}")
    return format_html_join("; ", "{}", ((word,) for word in words)) if words else NO_CHANGE


def _granted(plan: Plan | None) -> dict[str, PlanFeature]:
    if plan is None:
        return {}
    return {row.feature.name: row for row in plan.plan_features.select_related("feature")}


def _limit(row: PlanFeature, viewer: Viewer) -> str:
    if not row.feature.meter_code:
        return ""
    return " unlimited" if row.limit is None else f" {number_text(row.limit.normalize(), viewer.locale)}"
