"""Lines of graduated, volume and packaged prices, worded and rounded as Stripe's invoices show them."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from sandbox.money.rates import parts_of, price_amount
from tests.sandbox.scenes import DAY, Account, items_of

CREDITS = [
    {"up_to": 1000, "unit_amount": 0, "flat_amount": 900},
    {"up_to": "inf", "unit_amount_decimal": "3.6", "flat_amount": 0},
]


def first_lines(account: Account, quantity: int, label: str | None = "credit", **price: object) -> list[tuple]:
    """(description, quantity, amount) of the first invoice's lines."""
    product = account.product("Usage", **({"unit_label": label} if label else {}))
    wanted = {"currency": "usd", "product": product.id, "recurring": {"interval": "month"}, **price}
    made = account.v1.prices.create(wanted)  # type: ignore[arg-type]
    subscription = account.subscribe(items=[{"price": made.id, "quantity": quantity}], expand=["latest_invoice"])
    lines = subscription.latest_invoice.lines.data
    assert subscription.latest_invoice.total == sum(line.amount for line in lines)
    return [(line.description, line.quantity, line.amount) for line in lines]


def test_a_graduated_price_shows_units_and_flat_amount_of_each_tier(account: Account) -> None:
    assert first_lines(account, 1031, billing_scheme="tiered", tiers_mode="graduated", tiers=CREDITS) == [
        ("1000 credit × Usage (Tier 1 at $0.00 / month)", 1000, 0),
        ("Usage (Tier 1 at $9.00 / month)", 0, 900),
        ("31 credit × Usage (Tier 2 at $0.036 / month)", 31, 112),
        ("Usage (Tier 2 at $0.00 / month)", 0, 0),
    ]


def test_tiers_that_are_not_reached_make_no_line(account: Account) -> None:
    assert first_lines(account, 1000, billing_scheme="tiered", tiers_mode="graduated", tiers=CREDITS) == [
        ("1000 credit × Usage (Tier 1 at $0.00 / month)", 1000, 0),
        ("Usage (Tier 1 at $9.00 / month)", 0, 900),
    ]


def test_a_volume_price_shows_the_tier_of_the_whole_quantity(account: Account) -> None:
    tiers = [{"up_to": 5, "unit_amount": 500}, {"up_to": "inf", "unit_amount": 400, "flat_amount": 250}]
    assert first_lines(account, 6, None, billing_scheme="tiered", tiers_mode="volume", tiers=tiers) == [
        ("6 × Usage (Tier 2 at $4.00 / month)", 6, 2400),
        ("Usage (Tier 2 at $2.50 / month)", 0, 250),
    ]
    assert first_lines(account, 5, None, billing_scheme="tiered", tiers_mode="volume", tiers=tiers) == [
        ("5 × Usage (Tier 1 at $5.00 / month)", 5, 2500)
    ]


def test_a_packaged_price_names_its_package(account: Account) -> None:
    packages = {"divide_by": 50, "round": "up"}
    assert first_lines(account, 51, None, unit_amount=7500, transform_quantity=packages) == [
        ("51 × Usage (at $75.00 per 50 units / month)", 51, 15000)
    ]


def test_an_interval_of_several_is_worded(account: Account) -> None:
    recurring = {"interval": "month", "interval_count": 3}
    assert first_lines(account, 1, None, unit_amount=90000, recurring=recurring) == [
        ("1 × Usage (at $900.00 / every 3 months)", 1, 90000)
    ]


def test_each_line_names_the_price_and_the_unit_amount_of_its_tier(account: Account) -> None:
    tiers = [{"up_to": 5, "unit_amount_decimal": "0.25", "flat_amount": 10}, {"up_to": "inf", "unit_amount": 2}]
    price = account.v1.prices.create(
        {
            "currency": "usd",
            "recurring": {"interval": "month"},
            "product": account.product().id,
            "billing_scheme": "tiered",
            "tiers_mode": "graduated",
            "tiers": tiers,
        }
    )
    subscription = account.subscribe(items=[{"price": price.id, "quantity": 6}])
    lines = account.invoices(subscription)[0].lines.data
    assert [str(line.pricing.unit_amount_decimal) for line in lines] == ["0.25", "None", "2"]
    assert {line.pricing.price_details.price for line in lines} == {price.id}
    items = {line.parent.subscription_item_details.subscription_item for line in lines}
    assert items == {items_of(subscription)[0].id}


def test_a_credit_names_all_lines_that_it_gives_back(account: Account) -> None:
    tiers = [{"up_to": 5, "unit_amount": 100}, {"up_to": "inf", "unit_amount": 50}]
    price = account.v1.prices.create(
        {
            "currency": "usd",
            "recurring": {"interval": "day", "interval_count": 10},
            "product": account.product().id,
            "billing_scheme": "tiered",
            "tiers_mode": "graduated",
            "tiers": tiers,
        }
    )
    subscription = account.subscribe(items=[{"price": price.id, "quantity": 7}])
    first = account.invoices(subscription)[0]
    account.advance(5 * DAY)
    changed = {"id": items_of(subscription)[0].id, "quantity": 5}
    account.v1.subscriptions.update(subscription.id, {"items": [changed], "proration_behavior": "always_invoice"})
    credit, debit = account.invoices(subscription)[-1].lines.data
    assert (credit.amount, debit.amount) == (-300, 250)
    given_back = credit.parent.subscription_item_details.proration_details.credited_items
    assert given_back.invoice == first.id
    assert given_back.invoice_line_items == [line.id for line in first.lines.data]


def test_zero_and_three_decimal_currencies(account: Account) -> None:
    tiers = [{"up_to": 2, "unit_amount_decimal": "1.5"}, {"up_to": "inf", "unit_amount": 7}]
    tiered = {"billing_scheme": "tiered", "tiers_mode": "graduated", "tiers": tiers}
    assert first_lines(account, 3, None, currency="jpy", **tiered) == [
        ("2 × Usage (Tier 1 at ¥1.5 / month)", 2, 3),
        ("1 × Usage (Tier 2 at ¥7 / month)", 1, 7),
    ]
    assert first_lines(account, 3, None, currency="kwd", **tiered)[0] == (
        "2 × Usage (Tier 1 at 0.0015 KWD / month)",
        2,
        3,
    )


AMOUNTS = st.decimals(0, 5000, places=3)
TIERS = st.lists(st.tuples(st.integers(1, 50), AMOUNTS, st.none() | AMOUNTS), min_size=1, max_size=4)


@given(
    raw=TIERS,
    mode=st.sampled_from(["graduated", "volume"]),
    quantity=st.decimals(0, 250, places=2),
)
def test_parts_sum_to_an_independent_calculation(raw: list, mode: str, quantity: Decimal) -> None:
    tiers, bound = [], 0
    for index, (width, unit, flat) in enumerate(raw):
        bound += width
        last = index == len(raw) - 1
        flat_text = None if flat is None else str(flat)
        tiers.append(
            {"up_to": None if last else bound, "unit_amount_decimal": str(unit), "flat_amount_decimal": flat_text}
        )
    price = {"billing_scheme": "tiered", "tiers_mode": mode, "transform_quantity": None, "_": {"tiers": tiers}}
    expected = sum(rounded(unit * units) + rounded(flat) for units, unit, flat in slices(tiers, mode, quantity))
    assert price_amount(price, quantity) == expected
    assert sum(part.quantity for part in parts_of(price, quantity)) == quantity


def slices(tiers: list[dict], mode: str, quantity: Decimal) -> list[tuple[Fraction, Fraction, Fraction]]:
    """(units, unit amount, flat amount) of each tier that is reached, counted by bounds instead of by walking."""
    lows = [0, *(tier["up_to"] for tier in tiers[:-1])]
    found = []
    for low, tier in zip(lows, tiers, strict=True):
        high = Fraction(tier["up_to"]) if tier["up_to"] is not None else Fraction(10**9)
        inside = low < quantity <= high or (quantity == 0 and low == 0)
        reached = inside if mode == "volume" else (quantity > low or low == 0)
        if reached:
            units = Fraction(quantity) if mode == "volume" else min(Fraction(quantity), high) - low
            unit, flat = Fraction(tier["unit_amount_decimal"]), Fraction(tier["flat_amount_decimal"] or 0)
            found.append((units, unit, flat))
    return found


def rounded(exact: Fraction) -> int:
    return int((Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal(1), ROUND_HALF_UP))
