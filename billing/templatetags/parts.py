"""The parts of every page: one look for each kind of thing. Loaded in all templates as builtins; the admin's
Python calls the same functions for the cells of its tables."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from billing.templatetags import formats
from billing.templatetags.states import State
from billing.templatetags.viewer import Viewer, anonymous

register = template.Library()

NOTHING = mark_safe('<span aria-hidden="true">–</span><span class="ch-hidden">none</span>')


def viewer_in(context: Any) -> Viewer:
    viewer: Viewer | None = context.get("viewer")
    return viewer or anonymous()


def money_part(
    amount: int | None, currency: str, viewer: Viewer, *, href: str = "", code: bool = False, signed: bool = False
) -> SafeString:
    """An amount of minor units; with `href` it links to the rows that it is made of."""
    if amount is None:
        return NOTHING
    text = formats.money_text(amount, currency, viewer.locale, code=code, signed=signed)
    return _linked(format_html('<data class="ch-money" value="{}">{}</data>', amount, text), href)


def number_part(value: int | Decimal | None, viewer: Viewer, *, unit: str = "", href: str = "") -> SafeString:
    if value is None:
        return NOTHING
    text = formats.number_text(value, viewer.locale)
    return _linked(
        format_html('<data class="ch-number" value="{}">{}</data>{}', value, text, unit and f" {unit}"), href
    )


def _linked(content: SafeString, href: str) -> SafeString:
    return format_html('<a class="ch-figure" href="{}">{}</a>', href, content) if href else content


def state_part(state: State | None) -> SafeString:
    """Word, colour and shape; Stripe's own word only on asking (the title is repeated in small print on pages)."""
    if state is None:
        return NOTHING
    return format_html(
        '<span class="ch-state ch-state--{}"><span class="ch-shape" aria-hidden="true">{}</span>{}</span>',
        state.tone.name.lower(),
        state.tone.value,
        state.word,
    )


def time_part(moment: datetime | None, viewer: Viewer) -> SafeString:
    """20 Nov 2026, 14:02 CET, in the reader's zone."""
    return _time(moment, lambda known: formats.time_text(known, viewer.zone, viewer.locale))


def age_part(moment: datetime | None, viewer: Viewer) -> SafeString:
    """How long ago or ahead, with the absolute time under it."""
    if moment is None:
        return NOTHING
    age = formats.age_text(moment, viewer.now)
    return format_html('{}<span class="ch-second">{}</span>', age, time_part(moment, viewer))


def date_part(moment: datetime | None, viewer: Viewer, zone: ZoneInfo | None = None) -> SafeString:
    """A money date: in the organization's zone where it is given."""
    return _time(moment, lambda known: formats.date_text(known, zone or viewer.zone, viewer.locale))


def _time(moment: datetime | None, spell: Any) -> SafeString:
    if moment is None:
        return NOTHING
    stamp = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return format_html('<time datetime="{}">{}</time>', stamp, spell(moment))


def identifier_part(text: str, href: str = "") -> SafeString:
    """An id in monospace with a button that copies it and, with `href`, a link to it at Stripe."""
    if not text:
        return NOTHING
    return format_html(
        '<span class="ch-id"><code>{0}</code><button type="button" class="ch-copy" data-copy="{0}" hidden>'
        'Copy<span class="ch-hidden"> {0}</span></button>{1}</span>',
        text,
        format_html('<a href="{}" rel="noopener noreferrer">Stripe<span aria-hidden="true"> ↗</span></a>', href)
        if href
        else "",
    )


@register.simple_tag(takes_context=True)
def money(context: Any, amount: int | None, currency: str, **options: Any) -> SafeString:
    return money_part(amount, currency, viewer_in(context), **options)


@register.simple_tag(takes_context=True)
def figure(context: Any, amount: int | None, currency: str, href: str, **options: Any) -> SafeString:
    """A money figure of a report: always a link to what it is made of."""
    return money_part(amount, currency, viewer_in(context), href=href, **options)


@register.simple_tag(takes_context=True)
def number(context: Any, value: int | Decimal | None, unit: str = "", href: str = "") -> SafeString:
    return number_part(value, viewer_in(context), unit=unit, href=href)


@register.simple_tag
def state(value: State | None) -> SafeString:
    return state_part(value)


@register.simple_tag(takes_context=True)
def when(context: Any, moment: datetime | None) -> SafeString:
    return time_part(moment, viewer_in(context))


@register.simple_tag(takes_context=True)
def age(context: Any, moment: datetime | None) -> SafeString:
    return age_part(moment, viewer_in(context))


@register.simple_tag
def identifier(text: str, href: str = "") -> SafeString:
    return identifier_part(text, href)


@register.filter
def as_json(value: object) -> str:
    """For an attribute that a script of ours reads; the template escapes it."""
    return json.dumps(value)


@register.inclusion_tag("parts/notice.html")
def notice(tone: str, text: object, link: str = "", link_text: str = "") -> dict[str, object]:
    """One sentence that needs attention, with at most one link. `tone`: info, good, care or bad."""
    shape = {"info": "i", "good": "✓", "care": "!", "bad": "✕"}[tone]
    return {"tone": tone, "shape": shape, "text": text, "link": link, "link_text": link_text}


@register.inclusion_tag("parts/empty.html")
def empty_state(text: str, link: str = "", link_text: str = "") -> dict[str, str]:
    """What stands where there are no rows: what will appear here, or that all is well."""
    return {"text": text, "link": link, "link_text": link_text}


@register.inclusion_tag("parts/effect.html")
def effect(rows: Sequence[Any], title: str, as_of: object = "") -> dict[str, object]:
    """What a verb does: fixed rows, "no change" printed grey."""
    return {"rows": rows, "title": title, "as_of": as_of}


@register.inclusion_tag("parts/timeline.html", takes_context=True)
def timeline(context: Any, moments: Sequence[Any], empty_text: str = "Nothing yet.") -> dict[str, object]:
    return {"moments": moments, "empty_text": empty_text, "viewer": viewer_in(context)}
