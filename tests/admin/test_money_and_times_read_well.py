"""Amounts, times and states as people read them."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import engines

from billing.domain.money import exponent
from billing.templatetags import formats, parts, states
from billing.templatetags.declines import DECLINES, decline
from billing.templatetags.viewer import Viewer, zone_named
from tests import factories

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 13, 2, tzinfo=UTC)
VIEWER = Viewer(BERLIN, "en_US", NOW)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (4831000, "usd", "$48,310.00"),
        (-4217, "usd", "−$42.17"),
        (0, "usd", "$0.00"),
        (1, "usd", "$0.01"),
        (1200, "jpy", "¥1,200"),
        (-1, "jpy", "−¥1"),
        (1500, "kwd", "KWD\u00a01.500"),
        (12000, "aud", "A$120.00\u00a0AUD"),
        (9401, "eur", "€94.01"),
        (500, "isk", "ISK\u00a05.00"),
        (999_999_999_999, "usd", "$9,999,999,999.99"),
        (9_007_199_254_740_993, "usd", "$90,071,992,547,409.93"),
    ],
)
def test_money(amount: int, currency: str, expected: str) -> None:
    assert formats.money_text(amount, currency, "en_US") == expected


def test_money_on_pages_that_mix_currencies_has_its_code() -> None:
    assert formats.money_text(100, "usd", "en_US", code=True) == "$1.00\u00a0USD"


def test_a_plus_stands_before_changes_alone() -> None:
    assert formats.money_text(100, "usd", "en_US", signed=True) == "+$1.00"
    assert formats.money_text(0, "usd", "en_US", signed=True) == "$0.00"


@pytest.mark.parametrize("currency", ["usd", "jpy", "kwd", "isk", "ugx", "xxx"])
def test_decimals_are_those_of_our_table(currency: str) -> None:
    text = formats.money_text(123456, currency, "en_US")
    assert len(text.partition(".")[2]) == exponent(currency) or text.endswith(currency.upper())


def test_other_languages_write_it_their_way() -> None:
    assert formats.money_text(-123456, "eur", "de_DE") == "−1.234,56\u00a0€"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Berlin", "20 Nov 2026, 14:02 CET"),
        ("America/Los_Angeles", "20 Nov 2026, 05:02 PST"),
        ("America/Sao_Paulo", "20 Nov 2026, 10:02 UTC−03"),
        ("UTC", "20 Nov 2026, 13:02 UTC"),
    ],
)
def test_every_time_has_its_zone(zone: str, expected: str) -> None:
    assert formats.time_text(NOW, ZoneInfo(zone), "en_US") == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (datetime(2026, 11, 1, tzinfo=BERLIN), datetime(2026, 12, 1, tzinfo=BERLIN), "1–30 Nov 2026"),
        (datetime(2026, 11, 20, 12, tzinfo=BERLIN), datetime(2026, 12, 20, 12, tzinfo=BERLIN), "20 Nov–19 Dec 2026"),
        (datetime(2026, 3, 20, 12, tzinfo=UTC), datetime(2026, 4, 20, 12, tzinfo=UTC), "20 Mar–19 Apr 2026"),
        (datetime(2026, 10, 20, 12, tzinfo=UTC), datetime(2026, 11, 20, 12, tzinfo=UTC), "20 Oct–19 Nov 2026"),
        (datetime(2026, 11, 5, 9, tzinfo=BERLIN), datetime(2026, 11, 20, 14, tzinfo=BERLIN), "5–20 Nov 2026"),
        (datetime(2026, 12, 5, tzinfo=BERLIN), datetime(2027, 1, 5, tzinfo=BERLIN), "5 Dec 2026–4 Jan 2027"),
        (datetime(2026, 11, 1, tzinfo=BERLIN), datetime(2026, 11, 2, tzinfo=BERLIN), "1 Nov 2026"),
        (datetime(2026, 11, 1, tzinfo=BERLIN), datetime(2026, 11, 1, tzinfo=BERLIN), "1 Nov 2026"),
    ],
)
def test_half_open_periods_print_as_inclusive_dates(start: datetime, end: datetime, expected: str) -> None:
    assert formats.period_text(start, end, BERLIN, "en_US") == expected


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (timedelta(days=2, hours=4), "in 2 d 4 h"),
        (timedelta(days=-6), "6 d ago"),
        (timedelta(hours=19, minutes=59), "in 19 h"),
        (timedelta(minutes=-5), "5 min ago"),
        (timedelta(seconds=-12), "12 s ago"),
        (timedelta(0), "now"),
    ],
)
def test_ages(ahead: timedelta, expected: str) -> None:
    assert formats.age_text(NOW + ahead, NOW) == expected


def test_parts_say_the_exact_value_to_machines() -> None:
    assert '<data class="ch-money" value="-4217">−$42.17</data>' in parts.money_part(-4217, "usd", VIEWER)
    assert '<time datetime="2026-11-20T13:02:00Z">20 Nov 2026, 14:02 CET</time>' in parts.time_part(NOW, VIEWER)


def test_what_is_not_there_is_said_to_those_who_cannot_see_a_dash() -> None:
    for part in (parts.money_part(None, "usd", VIEWER), parts.time_part(None, VIEWER), parts.state_part(None)):
        assert "–" in part
        assert "none" in part


def test_states_have_word_colour_and_shape() -> None:
    part = parts.state_part(states.State("Past due", states.Tone.CARE, "past_due"))
    assert ">!</span>Past due" in part
    assert "ch-state--care" in part
    assert "past_due" not in part


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"status": "trialing"}, "Trial"),
        ({"status": "active"}, "Active"),
        ({"status": "past_due"}, "Past due"),
        ({"status": "unpaid"}, "Unpaid"),
        ({"status": "canceled"}, "Cancelled"),
        ({"status": "incomplete"}, "Incomplete"),
        ({"status": "active", "pause_behavior": "void"}, "Paused"),
        ({"status": "active", "cancel_at_period_end": True}, "Ends 1 Dec 2026"),
        ({"status": "past_due", "cancel_at_period_end": True}, "Past due"),
    ],
)
def test_subscriptions(fields: dict[str, object], word: str) -> None:
    end = datetime(2026, 12, 1, tzinfo=BERLIN)
    subscription = factories.SubscriptionFactory.build(organization=None, current_period_end=end, **fields)
    assert states.subscription_state(subscription, BERLIN, "en_US").word == word


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"status": "open"}, "Open"),
        ({"status": "open", "attempt_count": 1}, "Past due"),
        ({"status": "open", "due_at": NOW - timedelta(days=1)}, "Past due"),
        ({"status": "paid", "attempt_count": 1}, "Paid"),
        ({"status": "void"}, "Void"),
        ({"status": "uncollectible"}, "Uncollectible"),
        ({"status": "draft"}, "Draft"),
    ],
)
def test_invoices(fields: dict[str, object], word: str) -> None:
    invoice = factories.InvoiceFactory.build(organization=None, **fields)
    assert states.invoice_state(invoice, NOW).word == word


@pytest.mark.parametrize(
    ("fields", "attempt", "word"),
    [
        ({"status": "succeeded", "amount_received": 100}, {}, "Succeeded"),
        ({"status": "succeeded", "amount_received": 100}, {"amount_refunded": 40}, "Partly refunded"),
        ({"status": "succeeded", "amount_received": 100}, {"amount_refunded": 100}, "Refunded"),
        ({"status": "succeeded", "amount_received": 100}, {"disputed": True}, "Disputed"),
        ({"status": "requires_payment_method", "failure_code": "expired_card"}, {}, "Failed"),
        ({"status": "requires_payment_method", "failure_code": ""}, {}, "Needs customer"),
        ({"status": "requires_action"}, {}, "Needs customer"),
        ({"status": "processing"}, {}, "Processing"),
        ({"status": "canceled"}, {}, "Cancelled"),
    ],
)
def test_payments(fields: dict[str, object], attempt: dict[str, object], word: str) -> None:
    tried = SimpleNamespace(**{"amount_refunded": 0, "disputed": False, **attempt})
    whole = {"failure_code": "", "amount_received": 0, **fields}
    payment = SimpleNamespace(**whole, attempts=SimpleNamespace(all=lambda: [tried]))
    assert states.payment_state(payment).word == word  # type: ignore[arg-type]


def test_every_decline_has_words_and_a_next_step() -> None:
    for code, words in DECLINES.items():
        assert words.words[0].isupper(), code
        assert words.advice.endswith("."), code
        assert "_" not in words.words + words.advice, code
    assert decline("a_code_of_next_year") == decline("generic_decline")


def test_a_zone_that_nobody_knows_is_utc() -> None:
    assert zone_named("Mars/Olympus") == zone_named("../etc/passwd") == ZoneInfo("UTC")


def test_the_parts_need_no_loading_in_templates() -> None:
    template = engines["django"].from_string('{% figure 2900 "usd" "/rows/" %} {% notice "care" words %}')
    page = template.render({"viewer": VIEWER, "words": "Look <here>"})
    assert '<a class="ch-figure" href="/rows/"><data class="ch-money" value="2900">$29.00</data></a>' in page
    assert "Look &lt;here&gt;" in page
