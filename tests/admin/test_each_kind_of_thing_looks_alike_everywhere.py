"""The parts are the only place where money, times, ids and states become HTML: what they escape is escaped
everywhere, what they leave empty is said everywhere."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import TemplateSyntaxError
from django.utils.html import escape, format_html

from billing.admin.effects import Effect, EffectRow
from billing.admin.sections import Moment
from billing.templatetags import parts
from billing.templatetags.states import State, Tone
from tests.admin.reading import links, rendered, viewer, words
from tests.admin.scene import NOW

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "&lt;already&gt;",
    "\u202egnp.exe",
    "x" * 5_000,
    "{{ 7|add:7 }}{% now 'Y' %}",
    "Ünïcødé 漢字 🎉",
]
READER = viewer()


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_id_is_escaped_in_text_and_in_the_button(hostile: str) -> None:
    part = parts.identifier_part(hostile)
    assert part.count(escape(hostile)) == 3
    assert "<script" not in part
    assert "<img" not in part
    assert f"<code>{escape(hostile)}</code>" in part


def test_an_id_links_to_stripe_where_it_has_an_address() -> None:
    part = parts.identifier_part("in_1", "https://dashboard.stripe.com/invoices/in_1")
    assert links(part) == ["https://dashboard.stripe.com/invoices/in_1"]
    assert 'rel="noopener noreferrer"' in part
    assert links(parts.identifier_part("in_1")) == []


def test_the_copy_button_is_hidden_until_the_script_can_copy() -> None:
    part = parts.identifier_part("in_1")
    assert 'data-copy="in_1" hidden' in part
    assert '<button type="button"' in part
    assert "Copy<span" in part


@pytest.mark.parametrize(
    "part",
    [
        parts.identifier_part(""),
        parts.money_part(None, "usd", READER),
        parts.number_part(None, READER),
        parts.number_part(None, READER, unit="calls", href="/rows/"),
        parts.money_part(None, "usd", READER, href="/rows/"),
        parts.age_part(None, READER),
        parts.date_part(None, READER),
        parts.time_part(None, READER),
        parts.state_part(None),
    ],
)
def test_nothing_is_said_the_same_way_everywhere(part: str) -> None:
    assert part == parts.NOTHING
    assert words(part) == "– none"


def test_zero_is_not_nothing() -> None:
    assert words(parts.money_part(0, "usd", READER)) == "$0.00"
    assert words(parts.number_part(0, READER)) == "0"


@pytest.mark.parametrize(
    ("amount", "currency", "options", "expected"),
    [
        (2900, "usd", {}, "$29.00"),
        (2900, "usd", {"code": True}, "$29.00 USD"),
        (2900, "usd", {"signed": True}, "+$29.00"),
        (-2900, "jpy", {"signed": True}, "−¥2,900"),
        (1, "bhd", {}, "BHD 0.001"),
    ],
)
def test_money_tells_machines_the_minor_units(
    amount: int, currency: str, options: dict[str, bool], expected: str
) -> None:
    part = parts.money_part(amount, currency, READER, **options)
    assert words(part) == expected
    assert f'value="{amount}"' in part
    assert links(part) == []


def test_a_figure_leads_to_its_rows() -> None:
    part = parts.money_part(2900, "usd", READER, href='/rows/?a="b"&c=d')
    assert links(part) == ['/rows/?a="b"&c=d']
    assert 'class="ch-figure"' in part


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [(1, "call", "1 call"), (1500, "", "1,500"), (Decimal("0.25"), "GB", "0.25 GB"), (-3, "", "−3")],
)
def test_numbers_have_their_unit(value: Decimal | int, unit: str, expected: str) -> None:
    assert words(parts.number_part(value, READER, unit=unit)) == expected


def test_a_unit_is_escaped() -> None:
    assert "<b>" not in parts.number_part(1, READER, unit="<b>calls</b>")


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "ja_JP"])
def test_the_machines_value_is_of_no_language(locale: str) -> None:
    assert 'value="1234.5"' in parts.number_part(Decimal("1234.5"), viewer(locale=locale))
    assert 'value="123450"' in parts.money_part(123450, "eur", viewer(locale=locale))


@pytest.mark.parametrize("tone", Tone)
def test_a_state_has_shape_and_word_and_a_class_of_its_own(tone: Tone) -> None:
    part = parts.state_part(State("Word", tone, "stripes_word"))
    assert words(part) == f"{tone.value} Word"
    assert f"ch-state--{tone.name.lower()}" in part
    assert f'aria-hidden="true">{tone.value}<' in part


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_states_word_is_escaped(hostile: str) -> None:
    assert escape(hostile) in parts.state_part(State(hostile, Tone.INFO))


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", "20 Nov 2026, 13:02 UTC"),
        ("Asia/Tokyo", "20 Nov 2026, 22:02 JST"),
        ("Asia/Kolkata", "20 Nov 2026, 18:32 IST"),
    ],
)
def test_a_time_is_the_readers_and_the_stamp_is_utc(zone: str, expected: str) -> None:
    part = parts.time_part(NOW, viewer(zone=zone))
    assert words(part) == expected
    assert 'datetime="2026-11-20T13:02:00Z"' in part


def test_a_money_date_takes_the_zone_that_it_is_given() -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    berlin = viewer(zone="Europe/Berlin").zone
    assert words(parts.date_part(late, READER)) == "30 Nov 2026"
    assert words(parts.date_part(late, READER, berlin)) == "1 Dec 2026"
    assert 'datetime="2026-11-30T23:30:00Z"' in parts.date_part(late, READER, berlin)


@pytest.mark.parametrize(
    ("gap", "expected"),
    [(timedelta(days=3, hours=2), "in 3 d 2 h"), (timedelta(minutes=-9), "9 min ago"), (timedelta(), "now")],
)
def test_an_age_has_its_time_under_it(gap: timedelta, expected: str) -> None:
    part = parts.age_part(NOW + gap, READER)
    assert words(part).startswith(expected)
    assert "2026" in part
    assert '<span class="ch-second"><time' in part


def test_a_page_without_a_reader_is_in_utc() -> None:
    part = rendered("{% when moment %}", viewer=None, moment=NOW)
    assert words(part) == "20 Nov 2026, 13:02 UTC"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{% money 2900 "usd" %}', "$29.00"),
        ('{% money 2900 "usd" code=True signed=True %}', "+$29.00 USD"),
        ('{% money None "usd" %}', "– none"),
        ('{% figure 100 "jpy" "/x/" %}', "¥100"),
        ("{% number 1500 %}", "1,500"),
        ('{% number 1500 "calls" "/x/" %}', "1,500 calls"),
        ("{% state value %}", "! Past due"),
        ("{% state None %}", "– none"),
        ("{% when moment %}", "20 Nov 2026, 13:02 UTC"),
        ("{% age moment %}", "now 20 Nov 2026, 13:02 UTC"),
        ('{% identifier "in_1" %}', "in_1"),
        ('{% identifier "" %}', "– none"),
    ],
)
def test_every_part_has_a_tag(source: str, expected: str) -> None:
    page = rendered(source, moment=NOW, value=State("Past due", Tone.CARE))
    assert words(page) == expected


@pytest.mark.parametrize(("tone", "shape"), [("info", "i"), ("good", "✓"), ("care", "!"), ("bad", "✕")])
def test_a_notice_has_shape_and_tone(tone: str, shape: str) -> None:
    page = rendered("{% notice tone text %}", tone=tone, text="Look here.")
    assert words(page) == f"{shape} Look here."
    assert f"ch-notice--{tone}" in page
    assert ('role="alert"' in page) == (tone == "bad")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_notice_and_an_empty_state_escape_their_words(hostile: str) -> None:
    for source in ('{% notice "care" text %}', "{% empty_state text %}"):
        assert escape(hostile) in rendered(source, text=hostile)


def test_a_notice_keeps_the_parts_inside_its_sentence() -> None:
    text = format_html("Next try {}", parts.time_part(NOW, READER))
    assert "<time" in rendered('{% notice "care" text %}', text=text)


def test_a_notice_has_one_link_or_none() -> None:
    assert links(rendered('{% notice "care" "Overdue." "/rows/" "See them" %}')) == ["/rows/"]
    assert links(rendered('{% notice "care" "Overdue." "" "See them" %}')) == []


def test_a_tone_that_does_not_exist_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        rendered('{% notice "purple" "Look" %}')


def test_a_figure_without_a_link_is_a_mistake_of_ours() -> None:
    with pytest.raises(TemplateSyntaxError):
        rendered('{% figure 2900 "usd" %}')


def test_an_empty_state_may_offer_a_way_out() -> None:
    page = rendered('{% empty_state "Nothing matches." "?" "Clear all" %}')
    assert words(page) == "Nothing matches. Clear all"
    assert links(page) == ["?"]
    assert links(rendered('{% empty_state "Nothing yet." %}')) == []


def test_an_effect_prints_what_does_not_change_in_grey() -> None:
    rows = [EffectRow("Tax", "no change"), EffectRow("MRR", "−$29.00")]
    page = rendered('{% effect rows "What this does" %}', rows=rows)
    assert page.count('class="ch-quiet"') == 1
    assert words(page) == "What this does Tax no change MRR −$29.00"


def test_an_effect_has_always_eight_rows() -> None:
    page = rendered('{% effect rows "What this does" %}', rows=Effect().rows)
    assert page.count("<dt>") == page.count("no change") == 8


def test_an_effect_says_of_when_it_is() -> None:
    assert "As of noon" in rendered('{% effect rows "What" "As of noon" %}', rows=[])


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_effect_escapes(hostile: str) -> None:
    assert escape(hostile) in rendered('{% effect rows "What" %}', rows=[EffectRow("Invoice", hostile)])


def test_a_timeline_names_time_deed_and_person() -> None:
    moments = [Moment(NOW, "Invoice paid", "Finance (staff)", "Paid by phone", "/entry/")]
    page = rendered("{% timeline moments %}", moments=moments)
    assert words(page) == "20 Nov 2026, 13:02 UTC Invoice paid by Finance (staff): “Paid by phone”"
    assert links(page) == ["/entry/"]


def test_a_timeline_without_moments_says_so() -> None:
    assert words(rendered("{% timeline moments %}", moments=[])) == "Nothing yet."
    assert words(rendered('{% timeline moments "Quiet." %}', moments=[])) == "Quiet."


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_timeline_escapes_deed_person_and_reason(hostile: str) -> None:
    page = rendered("{% timeline moments %}", moments=[Moment(NOW, hostile, hostile, hostile)])
    assert page.count(escape(hostile)) == 3
