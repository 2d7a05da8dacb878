"""What the company sells: plans by month and year in three currencies, seats in tiers, metered requests, a set-up
fee; with coupons, promotion codes and tax rates."""

from dataclasses import dataclass, field

from sandbox.company.calling import Client, Json

CURRENCIES = ("usd", "eur", "jpy")
TIERS = ("free", "starter", "premium", "enterprise")
MONTHLY = {
    "free": {"usd": 0, "eur": 0, "jpy": 0},
    "starter": {"usd": 1900, "eur": 1700, "jpy": 2500},
    "premium": {"usd": 4900, "eur": 4500, "jpy": 6800},
    "enterprise": {"usd": 19_900, "eur": 18_500, "jpy": 28_000},
}
"""Minor units a month; a year costs ten months."""
_SEAT = {"usd": (1200, 900), "eur": (1100, 850), "jpy": (1600, 1200)}
"""Minor units a seat, for the first ten and from the eleventh on."""
_SET_UP = {"usd": 25_000, "eur": 22_500, "jpy": 35_000}
_REQUEST = {"usd": ("0.9", "0.45"), "eur": ("0.8", "0.4"), "jpy": ("1.2", "0.6")}
"""Minor units a request, for the first 10,000 of a month and beyond."""
METER = "api_requests"


@dataclass
class Catalog:
    """Ids of prices by (what, interval, currency), of tax rates by currency, and of what gives discounts."""

    prices: dict[tuple[str, str, str], str] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)
    tax_rates: dict[str, str] = field(default_factory=dict)
    coupons: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    meter: str = ""

    def price(self, what: str, currency: str, interval: str = "month") -> str:
        return self.prices[what, interval, currency]


def publish(client: Client) -> Catalog:
    """Makes it all; the meter first, since a price names it."""
    made = Catalog()
    made.meter = _meter(client)
    for what in (*TIERS, "seats", "requests", "set-up"):
        made.products[what] = client.post("products", name=what.capitalize(), metadata={"tier": what})["id"]
    for currency in CURRENCIES:
        _plans(client, made, currency)
        _extras(client, made, currency)
    _discounts(client, made)
    made.tax_rates = {
        "eur": _tax_rate(client, "VAT", 19, country="DE", inclusive=False),
        "jpy": _tax_rate(client, "JCT", 10, country="JP", inclusive=True),
        "usd": _tax_rate(client, "Sales tax", "8.875", country="US", inclusive=False),
    }
    return made


def _meter(client: Client) -> str:
    return str(
        client.post(
            "billing/meters",
            display_name="API requests",
            event_name=METER,
            default_aggregation={"formula": "sum"},
        )["id"]
    )


def _plans(client: Client, made: Catalog, currency: str) -> None:
    for what in TIERS:
        for interval, months in (("month", 1), ("year", 10)):
            made.prices[what, interval, currency] = client.post(
                "prices",
                product=made.products[what],
                currency=currency,
                unit_amount=MONTHLY[what][currency] * months,
                recurring={"interval": interval},
                lookup_key=f"{what}_{interval}_{currency}",
            )["id"]


def _extras(client: Client, made: Catalog, currency: str) -> None:
    few, many = _SEAT[currency]
    tiers: list[Json] = [{"up_to": 10, "unit_amount": few}, {"up_to": "inf", "unit_amount": many}]
    made.prices["seats", "month", currency] = client.post(
        "prices",
        product=made.products["seats"],
        currency=currency,
        billing_scheme="tiered",
        tiers_mode="graduated",
        tiers=tiers,
        recurring={"interval": "month"},
    )["id"]
    first, beyond = _REQUEST[currency]
    metered = [{"up_to": 10_000, "unit_amount_decimal": first}, {"up_to": "inf", "unit_amount_decimal": beyond}]
    made.prices["requests", "month", currency] = client.post(
        "prices",
        product=made.products["requests"],
        currency=currency,
        billing_scheme="tiered",
        tiers_mode="graduated",
        tiers=metered,
        recurring={"interval": "month", "usage_type": "metered", "meter": made.meter},
    )["id"]
    made.prices["set-up", "once", currency] = client.post(
        "prices", product=made.products["set-up"], currency=currency, unit_amount=_SET_UP[currency]
    )["id"]


def _discounts(client: Client, made: Catalog) -> None:
    made.coupons["welcome"] = client.post("coupons", name="Welcome", percent_off=20, duration="once")["id"]
    made.coupons["season"] = client.post(
        "coupons", name="Season", percent_off="12.5", duration="repeating", duration_in_months=3
    )["id"]
    made.coupons["partner"] = client.post("coupons", name="Partner", percent_off=10, duration="forever")["id"]
    made.coupons["five"] = client.post("coupons", name="Five off", amount_off=500, currency="usd", duration="once")[
        "id"
    ]
    made.codes["season"] = client.post(
        "promotion_codes", code="SEASON", promotion={"type": "coupon", "coupon": made.coupons["season"]}
    )["id"]


def _tax_rate(client: Client, name: str, percentage: int | str, *, country: str, inclusive: bool) -> str:
    given = {"display_name": name, "percentage": percentage, "country": country, "inclusive": inclusive}
    return str(client.post("tax_rates", **given)["id"])
