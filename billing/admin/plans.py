"""Plans, read only: Stripe owns products and prices, the catalog file the rest."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from billing.admin import moments
from billing.admin.base import KeysetAdmin, list_address
from billing.admin.columns import Column, make_table
from billing.admin.plan_words import charge_of, charge_part
from billing.admin.registry import page
from billing.admin.sections import Heading, Rows, Section
from billing.admin.stripe_links import stripe_part
from billing.models import Plan, Price, Subscription
from billing.templatetags.parts import NOTHING, number_part
from billing.templatetags.viewer import Viewer


def offer_words(plan: Plan) -> str:
    if not plan.active:
        return "Not on sale"
    return "In the public catalog" if plan.public else "On sale, not public"


def price_name(price: Price, viewer: Viewer) -> object:
    return price.nickname or {"month": "Monthly", "year": "Yearly"}.get(price.interval, "Price")


def limit_cell(row: Any, viewer: Viewer) -> object:
    if not row.feature.meter_code:
        return "Included"
    return "Unlimited" if row.limit is None else number_part(row.limit.normalize(), viewer)


def monthly_prices(plan: Any, viewer: Viewer) -> object:
    found = [price for price in plan.prices.all() if price.active and price.interval == "month"]
    return charge_part(charge_of(found[0], 1), viewer) if found else NOTHING


PRICES = (
    Column("Price", price_name),
    Column("Amount", lambda row, viewer: charge_part(charge_of(row, 1), viewer), number=True, narrow="own"),
    Column("On sale", lambda row, viewer: "Yes" if row.active else "No"),
    Column("Id", lambda row, viewer: stripe_part(row.stripe_id)),
)
FEATURES = (
    Column("Feature", lambda row, viewer: row.feature.name),
    Column("Per billing period", limit_cell, number=True, narrow="own"),
)


@page(Plan)
class PlanAdmin(KeysetAdmin):
    key_field = "code"
    order = ("position", "id")
    search_hint = "Code or name"
    empty_words = "No plans yet. They appear when Stripe tells of a product, or after stripe_setup."
    columns = (
        Column("Name", lambda row, viewer: viewer.link("billing.plan", row.code, row.name)),
        Column("Code", lambda row, viewer: row.code, narrow="head"),
        Column("A month", monthly_prices, number=True, narrow="own"),
        Column("Offer", lambda row, viewer: offer_words(row), narrow="end"),
    )

    def list_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return super().list_rows(request).prefetch_related("prices")

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        return rows.filter(code=term) | rows.filter(name__istartswith=term)

    def heading(self, obj: Plan, viewer: Viewer) -> Heading:
        address = list_address(Subscription, plan=obj.code, view="active")
        return Heading(
            obj.name,
            whose=obj.description,
            identifiers=[stripe_part(obj.stripe_product_id)],
            line=[
                ("Code", obj.code),
                ("Offer", offer_words(obj)),
                ("Subscriptions", format_html('<a href="{}">See the active ones</a>', address)),
            ],
        )

    def sections(self, obj: Plan, viewer: Viewer) -> list[Section]:
        prices = list(obj.prices.order_by("-active", "currency", "interval", "id"))
        features = list(obj.plan_features.select_related("feature").order_by("feature__code"))
        return [
            Rows("Prices", make_table("Prices", PRICES, prices, viewer), "No price."),
            Rows("Features and limits", make_table("Features and limits", FEATURES, features, viewer), "None."),
            moments.of_target("plan", obj.code, viewer),
        ]
