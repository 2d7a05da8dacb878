"""Amounts, numbers and times as text, in the reader's language. Exponents come from our own table: Stripe's
differ from ISO 4217 and from CLDR's in a few currencies."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import NumberPattern, format_decimal, get_currency_symbol, parse_pattern

from billing.domain.money import Money, exponent

MINUS = "−"
NONE = "–"
DAY, HOUR, MINUTE = 86_400, 3_600, 60


def money_text(amount: int, currency: str, locale: str, *, code: bool = False, signed: bool = False) -> str:
    """An amount of minor units with its symbol: −$42.17, A$120.00 AUD, ¥1,200, KWD 1.500.

    The ISO code follows where the symbol alone is ambiguous, and always with `code` (pages that mix currencies);
    a plus only with `signed` (changes).
    """
    upper = currency.upper()
    symbol = get_currency_symbol(upper, locale=locale)
    spelled = _pattern(locale, exponent(currency)).apply(
        abs(Money(currency, amount).major()), locale, currency=upper, currency_digits=False
    )
    if symbol == upper:  # the code stands in place of a symbol; a space keeps it readable
        spelled = f"{upper}\u00a0{spelled.replace(upper, '').strip()}"
    elif code or len(symbol) > 1:
        spelled = f"{spelled}\u00a0{upper}"
    return f"{sign_of(amount, signed=signed)}{spelled}"


def sign_of(amount: int | Decimal, *, signed: bool = False) -> str:
    if amount < 0:
        return MINUS
    return "+" if signed and amount > 0 else ""


def _pattern(locale: str, decimals: int) -> NumberPattern:
    pattern = parse_pattern(Locale.parse(locale).currency_formats["standard"].pattern)
    pattern.frac_prec = (decimals, decimals)
    return pattern


def number_text(value: int | Decimal, locale: str) -> str:
    """A number with grouping and as many decimals as it has."""
    text: str = format_decimal(abs(Decimal(value)), locale=locale, decimal_quantization=False)
    return sign_of(value) + text


def percent_text(part: float, locale: str) -> str:
    """A share from 0 to 1 with one decimal: 97.1 %."""
    return f"{sign_of(Decimal(str(part)))}{format_decimal(round(abs(part) * 100, 1), format='0.0', locale=locale)} %"


def time_text(moment: datetime, zone: ZoneInfo, locale: str) -> str:
    """20 Nov 2026, 14:02 CET."""
    local = moment.astimezone(zone)
    return f"{format_datetime(local, 'd MMM y, HH:mm', tzinfo=zone, locale=locale)} {zone_text(local)}"


def date_text(moment: datetime, zone: ZoneInfo, locale: str) -> str:
    """20 Nov 2026, a date in that zone."""
    text: str = format_datetime(moment.astimezone(zone), "d MMM y", tzinfo=zone, locale=locale)
    return text


def day_text(day: date, locale: str) -> str:
    """20 Nov 2026: a calendar day that is of no zone any more."""
    text: str = format_date(day, "d MMM y", locale=locale)
    return text


def zone_text(local: datetime) -> str:
    """The zone's abbreviation at that time; zones that only have an offset read UTC−3."""
    name = local.tzname() or "UTC"
    return f"UTC{name.replace('-', MINUS)}" if name[:1] in "+-" else name


def period_text(start: datetime, end: datetime, zone: ZoneInfo, locale: str) -> str:
    """The half-open period [start, end) as inclusive dates: 1–30 Nov 2026. A month that begins on the 20th at noon ends
    on the 19th: the 20th belongs to the next."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    last = max(first, last - _beyond_the_last_day(first.replace(tzinfo=None), last.replace(tzinfo=None)))
    if first.date() == last.date():
        return date_text(first, zone, locale)
    pattern = "d" if (first.year, first.month) == (last.year, last.month) else "d MMM"
    if first.year != last.year:
        pattern = "d MMM y"
    return f"{format_datetime(first, pattern, tzinfo=zone, locale=locale)}–{date_text(last, zone, locale)}"


def _beyond_the_last_day(start: datetime, end: datetime) -> timedelta:
    """How far a period's end (local time) lies behind some moment of its last day. Where it ends at the hour that it
    began at, give or take the hour of summer time, its last day is the one before that."""
    counted = end - timedelta(hours=start.hour - 1, minutes=start.minute, seconds=start.second)
    whole = counted.hour * HOUR + counted.minute * MINUTE + counted.second <= 2 * HOUR
    day = counted.date() - timedelta(days=1 if whole else 0)
    return timedelta(days=(end.date() - day).days)


def span_text(seconds: float) -> str:
    """A length of time in its two largest units: 2 d 4 h, 19 h, 5 min, 12 s."""
    left = int(abs(seconds))
    units = [("d", left // DAY), ("h", left % DAY // HOUR), ("min", left % HOUR // MINUTE), ("s", left % MINUTE)]
    first = next((i for i, (_, value) in enumerate(units) if value), 3)
    shown = units[first : first + 2] if first < 1 else units[first : first + 1]
    return " ".join(f"{value} {unit}" for unit, value in shown if value or unit == "s")


def age_text(moment: datetime, now: datetime) -> str:
    """3 d 2 h ago, in 4 h."""
    seconds = (now - moment).total_seconds()
    if abs(seconds) < 1:
        return "now"
    return f"{span_text(seconds)} ago" if seconds > 0 else f"in {span_text(seconds)}"
