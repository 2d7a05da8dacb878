"""Whatever is on an invoice: parts sum up to their totals, to the minor unit, and credit notes give back no more."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import stripe
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sandbox.money.reducing import allocated, taken
from sandbox.money.taxing import taxes_of
from tests.sandbox.scenes import START, Account

AMOUNTS = st.lists(st.integers(0, 9_999_999), min_size=1, max_size=8)
PERCENTAGES = st.decimals(0, 100, places=4, allow_nan=False, allow_infinity=False)
SLOW = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
QUICK = settings(max_examples=300, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])


@QUICK
@given(weights=AMOUNTS, part=st.integers(0, 100))
def test_shares_sum_up_and_none_exceeds_its_weight(weights: list[int], part: int) -> None:
    amount = sum(weights) * part // 100
    shares = allocated(amount, weights)
    assert sum(shares) == amount
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))


@QUICK
@given(amounts=AMOUNTS, percent=PERCENTAGES, off=st.integers(1, 99_999_999))
def test_a_coupon_takes_its_share_of_the_sum_and_never_more_than_there_is(
    amounts: list[int], percent: Decimal, off: int
) -> None:
    whole = sum(amounts)
    terms = {"percent_off": str(percent), "amount_off": None, "currency": None, "currency_options": None}
    assert sum(taken(terms, "usd", amounts)) == int((whole * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))
    fixed = {"percent_off": None, "amount_off": off, "currency": "usd", "currency_options": None}
    assert sum(taken(fixed, "usd", amounts)) == min(off, whole)


@QUICK
@given(
    amount=st.integers(-9_999_999, 9_999_999),
    rates=st.lists(st.tuples(PERCENTAGES, st.booleans()), max_size=5),
)
def test_inclusive_taxes_are_within_and_exclusive_ones_on_the_rest(amount: int, rates: list) -> None:
    named = [{"id": str(place), "percentage": rate, "inclusive": inside} for place, (rate, inside) in enumerate(rates)]
    taxes = taxes_of(amount, named)
    contained = [tax.amount for tax in taxes if tax.inclusive]
    for tax, (rate, _) in zip(taxes, rates, strict=True):
        assert tax.taxable + sum(contained) == amount
        if not tax.inclusive:
            assert tax.amount == int((tax.taxable * rate / 100).quantize(Decimal(1), ROUND_HALF_UP))
    exact = Decimal(amount) - Decimal(amount) / (1 + sum((rate for rate, inside in rates if inside), Decimal(0)) / 100)
    assert abs(sum(contained) - exact) <= Decimal(len(contained)) / 2


LINES = st.lists(
    st.tuples(
        st.integers(-2_000, 60_000),
        st.sampled_from([None, "percent", "fixed"]),
        st.lists(st.sampled_from(["in", "out", "odd"]), max_size=3, unique=True),
    ),
    min_size=1,
    max_size=5,
)


def shop(account: Account, percent: str, off: int) -> tuple[dict[str, str], dict[str, str]]:
    """Coupons and tax rates by the names that the strategies use."""
    make, rate = account.v1.coupons.create, account.v1.tax_rates.create
    coupons = {
        "percent": make({"percent_off": percent, "duration": "forever"}).id,
        "fixed": make({"amount_off": off, "currency": "usd", "duration": "forever"}).id,
    }
    rates = {
        name: rate({"display_name": name, "inclusive": inside, "percentage": share}).id
        for name, inside, share in (("in", True, "20"), ("out", False, "7.7"), ("odd", False, "9.8765"))
    }
    return coupons, rates


def invoice_of(account: Account, lines: list, common: list[str], percent: str, off: int) -> Any:
    coupons, rates = shop(account, percent, off)
    customer = account.customer().id
    for amount, coupon, taxes in lines:
        item: Any = {"customer": customer, "currency": "usd", "amount": amount}
        item |= {"tax_rates": [rates[name] for name in taxes]} if taxes else {}
        item |= {"discounts": [{"coupon": coupons[coupon]}]} if coupon and amount > 0 else {}
        account.v1.invoice_items.create(item)
    wanted: Any = {"customer": customer, "pending_invoice_items_behavior": "include"}
    wanted |= {"discounts": [{"coupon": coupons[name]} for name in common]} if common else {}
    return account.v1.invoices.create({**wanted, "default_tax_rates": [rates["odd"]]})


def totals(entries: list[Any], amounts: str, key: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in entries:
        for part in getattr(entry, amounts):
            found[key(part)] = found.get(key(part), 0) + part.amount
    return found


COMMON = st.lists(st.sampled_from(["percent", "fixed"]), max_size=2, unique=True)


@SLOW
@given(lines=LINES, common=COMMON, percent=PERCENTAGES.filter(bool), off=st.integers(1, 30_000))
def test_lines_sum_up_to_the_invoices_totals(
    account: Account, lines: list, common: list[str], percent: Decimal, off: int
) -> None:
    account.control("reset", {"clock": START})
    invoice = invoice_of(account, lines, common, str(percent), off)
    entries = invoice.lines.data
    by_discount = totals(entries, "discount_amounts", lambda part: part.discount)
    assert {each.discount: each.amount for each in invoice.total_discount_amounts if each.amount} == {
        name: amount for name, amount in by_discount.items() if amount
    }
    by_rate = totals(entries, "taxes", lambda part: part.tax_rate_details.tax_rate)
    assert {tax.tax_rate_details.tax_rate: tax.amount for tax in invoice.total_taxes} == by_rate
    left = sum(entry.amount for entry in entries) - sum(by_discount.values())
    behaviors = {tax.tax_behavior: 0 for tax in invoice.total_taxes} | {"inclusive": 0, "exclusive": 0}
    for tax in invoice.total_taxes:
        behaviors[tax.tax_behavior] += tax.amount
    assert invoice.total == left + behaviors["exclusive"]
    assert invoice.total_excluding_tax == left - behaviors["inclusive"]
    assert invoice.subtotal - sum(by_discount.get(each, 0) for each in invoice.discounts) == left
    assert invoice.amount_due == max(0, invoice.total)


@SLOW
@given(
    lines=LINES,
    common=COMMON,
    percent=PERCENTAGES.filter(lambda percent: 0 < percent < 60),
    off=st.integers(1, 500),
    parts=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 100), st.booleans()), max_size=6),
)
def test_credit_notes_never_exceed_and_all_of_them_give_back_all(
    account: Account, lines: list, common: list[str], percent: Decimal, off: int, parts: list
) -> None:
    account.control("reset", {"clock": START})
    draft = invoice_of(account, [line for line in lines if line[0] > 0] or [(700, None, [])], common, str(percent), off)
    invoice = account.v1.invoices.finalize_invoice(draft.id, {"auto_advance": False})
    left = {entry.id: entry.amount for entry in invoice.lines.data}
    credited = sum(
        credit(account, invoice.id, left, place, share, voids)
        for place, share, voids in [*parts, *((place, 100, False) for place in range(len(left)))]
    )
    after = account.v1.invoices.retrieve(invoice.id)
    assert credited == after.pre_payment_credit_notes_amount == invoice.total
    assert (after.amount_remaining, after.status) == (0, "paid")


def credit(account: Account, invoice: str, left: dict[str, int], place: int, share: int, voids: bool) -> int:
    """Credits a share of what is left of a line; what the note takes off the invoice. A note of nothing, as of a part
    that a discount took off whole, is refused."""
    line = list(left)[place % len(left)]
    amount = left[line] * share // 100
    wanted: Any = {"type": "invoice_line_item", "invoice_line_item": line, "amount": amount}
    note = issued(account, {"invoice": invoice, "lines": [wanted]}) if amount else None
    if note is None:
        return 0
    exclusive = sum(tax.amount for tax in note.total_taxes if tax.tax_behavior == "exclusive")
    assert note.total == amount - note.discount_amount + exclusive
    if voids and account.v1.invoices.retrieve(invoice).status == "open":
        account.v1.credit_notes.void_credit_note(note.id)
        return 0
    left[line] -= amount
    return note.total


def issued(account: Account, wanted: Any) -> stripe.CreditNote | None:
    try:
        return account.v1.credit_notes.create(wanted)
    except stripe.InvalidRequestError as refused:
        if "The credit note (0)" not in str(refused):
            raise
        return None
