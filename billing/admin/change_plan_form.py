"""What may be chosen when a plan is changed: the plans on sale in the subscription's currency."""

from dataclasses import dataclass
from typing import Any

from django import forms

from billing.admin.plan_words import charge_of
from billing.models import Price, SubscriptionItem
from billing.templatetags.formats import money_text
from billing.templatetags.viewer import Viewer

INTERVALS = {"month": "Monthly", "year": "Yearly"}


@dataclass(frozen=True, slots=True)
class Wanted:
    price: Price
    quantity: int


class ChangePlanForm(forms.Form):
    """`terms` are the service's arguments, `wanted` the price that they lead to."""

    plan = forms.ChoiceField(label="Plan", widget=forms.RadioSelect)
    interval = forms.ChoiceField(label="Billed", choices=list(INTERVALS.items()), widget=forms.RadioSelect)
    quantity = forms.IntegerField(label="Quantity", min_value=1, max_value=1_000_000)

    def __init__(self, *args: Any, item: SubscriptionItem, currency: str, viewer: Viewer, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "plan": item.price.plan.code,
            "interval": item.price.interval,
            "quantity": item.quantity or 1,
        }
        super().__init__(*args, **kwargs)
        self.prices = _on_sale(currency)
        self.fields["plan"].choices = _plan_choices(self.prices, viewer)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or self.cleaned_data
        plan, interval = chosen.get("plan"), chosen.get("interval")
        if plan and interval and (plan, interval) not in self.prices:
            self.add_error("interval", f"This plan is not sold {INTERVALS[interval].lower()}.")
        return chosen

    @property
    def terms(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"plan_code": data["plan"], "interval": data["interval"], "quantity": data["quantity"]}

    @property
    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(self.prices[(data["plan"], data["interval"])], data["quantity"])


def _on_sale(currency: str) -> dict[tuple[str, str], Price]:
    """(plan, interval) -> the newest price on sale."""
    found = Price.objects.recurring().filter(active=True, currency=currency, interval_count=1, plan__active=True)
    ordered = (
        found.exclude(usage_type="metered")
        .select_related("plan")
        .order_by("plan__position", "plan__code", "stripe_created_at", "id")
    )
    return {(price.plan.code, price.interval): price for price in ordered}


def _plan_choices(prices: dict[tuple[str, str], Price], viewer: Viewer) -> list[tuple[str, str]]:
    """Each plan once, with what it costs per interval."""
    words: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for (code, interval), price in prices.items():
        names[code] = price.plan.name
        charge = charge_of(price, 1)
        if charge is not None and charge.amount is not None:
            words.setdefault(code, []).append(
                f"{money_text(charge.amount, charge.currency, viewer.locale)} a {interval}"
            )
    return [(code, f"{name} ({', '.join(words.get(code, ['price by tiers']))})") for code, name in names.items()]
