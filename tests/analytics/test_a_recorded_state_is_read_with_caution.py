"""States come from years of Stripe's API: whatever is missing, null or odd is read as no revenue, never guessed."""

from fractions import Fraction

import pytest

from analytics.metrics.states import Coupon, Item, State, read_state

BARE = {"id": "si_1", "price": "price_1"}


def read_item(**fields) -> Item:
    (item,) = read_state({"items": [{**BARE, **fields}]}).items
    return item


def read_coupons(*discounts) -> tuple[Coupon, ...]:
    return read_state({"discounts": list(discounts)}).coupons


@pytest.mark.parametrize("said", [{}, dict.fromkeys(("status", "currency", "items", "discounts", "pause"))])
def test_a_state_without_anything_is_empty(said):
    assert read_state(said) == State(status="", currency="", items=(), coupons=(), pause="")


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("quantity", None, 1),  # as Stripe: a licensed item without a quantity has one
        ("quantity", 0, 0),
        ("quantity", 12, 12),
        ("interval", None, ""),
        ("interval", "year", "year"),
        ("interval_count", None, 1),
        ("interval_count", 3, 3),
        ("product", None, ""),
        ("product", "prod_1", "prod_1"),
        ("unit_amount", None, 0),
        ("unit_amount", 2900, 2900),
    ],
)
def test_an_items_plain_values(field, given, kept):
    assert getattr(read_item(**{field: given}), field) == kept


@pytest.mark.parametrize(
    ("number", "text", "exact"),
    [
        (None, None, Fraction(0)),
        (2900, None, Fraction(2900)),
        (None, "0.05", Fraction(1, 20)),
        (None, "0.000000000001", Fraction(1, 10**12)),
        (0, "0.4", Fraction(2, 5)),  # Stripe shows the rounded amount beside the exact text
        (2900, "2900", Fraction(2900)),
        (2900, "", Fraction(2900)),
        (0, "0", Fraction(0)),
    ],
)
def test_the_exact_text_of_an_amount_comes_before_its_number(number, text, exact):
    assert read_item(unit_amount=number, unit_amount_decimal=text).unit_amount == exact


@pytest.mark.parametrize(
    ("usage_type", "metered"), [("metered", True), ("licensed", False), (None, False), ("METERED", False)]
)
def test_only_metered_is_metered(usage_type, metered):
    assert read_item(usage_type=usage_type).metered is metered


TIERS = [{"up_to": 10, "unit_amount": 5, "flat_amount": None}, {"up_to": None, "unit_amount_decimal": "2.5"}]


def test_tiers_are_read_where_the_price_is_tiered():
    item = read_item(billing_scheme="tiered", tiers_mode="graduated", tiers=TIERS)
    assert item.tiers_mode == "graduated"
    assert [(one.up_to, one.unit_amount, one.flat_amount) for one in item.tiers] == [
        (10, 5, 0),
        (None, Fraction(5, 2), 0),
    ]


@pytest.mark.parametrize("scheme", ["per_unit", None, ""])
def test_tiers_of_a_price_that_is_not_tiered_are_ignored(scheme):
    item = read_item(billing_scheme=scheme, tiers_mode="volume", tiers=TIERS)
    assert (item.tiers_mode, item.tiers) == ("", ())


@pytest.mark.parametrize("mode", [None, ""])
def test_a_tiered_price_whose_tiers_were_not_sent_is_empty(mode):
    item = read_item(billing_scheme="tiered", tiers_mode=mode, tiers=None)
    assert (item.tiers_mode, item.tiers) == ("", ())


@pytest.mark.parametrize(("up_to", "kept"), [(None, None), ("inf", None), (1, 1), ("7", 7)])
def test_the_open_tier_has_no_upper_bound(up_to, kept):
    (one,) = read_item(billing_scheme="tiered", tiers=[{"up_to": up_to}]).tiers
    assert one.up_to == kept


@pytest.mark.parametrize(
    ("transform", "divide_by", "round_up"),
    [
        (None, 1, False),
        ({}, 1, False),
        ({"divide_by": 10, "round": "up"}, 10, True),
        ({"divide_by": 10, "round": "down"}, 10, False),
        ({"divide_by": None, "round": None}, 1, False),
    ],
)
def test_packages(transform, divide_by, round_up):
    item = read_item(transform_quantity=transform)
    assert (item.divide_by, item.round_up) == (divide_by, round_up)


@pytest.mark.parametrize(
    ("pause", "behavior"),
    [
        (None, ""),
        ({}, ""),
        ({"behavior": None}, ""),
        ({"behavior": "void"}, "void"),
        ({"behavior": "keep_as_draft", "resumes_at": 1}, "keep_as_draft"),
    ],
)
def test_a_pause_is_its_behavior(pause, behavior):
    assert read_state({"pause": pause}).pause == behavior


@pytest.mark.parametrize(("sent", "kept"), [("USD", "usd"), ("usd", "usd"), (None, ""), ("", "")])
def test_currencies_are_in_lower_case(sent, kept):
    assert read_state({"currency": sent}).currency == kept
    (coupon,) = read_coupons({"coupon": {"amount_off": 1, "currency": sent}})
    assert coupon.currency == kept


@pytest.mark.parametrize("unknown", ["di_1", None, {}, {"id": "di_1"}, {"coupon": None}, {"coupon": {}}])
def test_a_discount_without_its_coupon_takes_nothing_off(unknown):
    assert read_coupons(unknown, {"coupon": {"percent_off": 10}}) == (Coupon("", Fraction(10), 0, ""),)


@pytest.mark.parametrize(("said", "exact"), [(12.5, "25/2"), (33.33, "3333/100"), (10, "10"), ("0.1", "1/10")])
def test_percentages_are_read_as_they_are_written(said, exact):
    """33.33 is no binary fraction; its text is exact."""
    (coupon,) = read_coupons({"coupon": {"percent_off": said, "duration": "forever"}})
    assert coupon == Coupon("forever", Fraction(exact), 0, "")


def test_coupons_of_items_stay_with_them():
    told = {"items": [{**BARE, "discounts": [{"coupon": {"amount_off": 5}}]}], "discounts": [{"coupon": {"id": "c"}}]}
    read = read_state(told)
    assert [one.amount_off for one in read.items[0].coupons] == [5]
    assert [one.amount_off for one in read.coupons] == [0]


@pytest.mark.parametrize(
    ("status", "ended"),
    [("canceled", True), ("incomplete_expired", True), ("active", False), ("unpaid", False), ("paused", False)],
)
def test_what_has_ended(status, ended):
    assert read_state({"status": status}).ended is ended


@pytest.mark.parametrize("key", ["id", "price"])
def test_an_item_without_a_name_is_no_item(key):
    """It could not be told from its neighbours in the ledger: better no fold than a wrong one."""
    with pytest.raises(KeyError):
        read_state({"items": [{name: value for name, value in BARE.items() if name != key}]})
