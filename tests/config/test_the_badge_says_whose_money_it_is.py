"""Staff must never take real money for a demo; and what cannot be read by everybody is not written."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import resolve

from config.unfold import COLORS, NAVIGATION, UNFOLD, environment

STRIPE = "https://api.stripe.com"
PAGES = [item for group in NAVIGATION for item in group["items"]]


@pytest.mark.parametrize(
    ("live", "base", "word", "tone"),
    [
        (True, STRIPE, "LIVE", "danger"),
        (False, STRIPE, "TEST", "warning"),
        (False, "http://127.0.0.1:12111", "DEMO", "info"),
        (True, "http://127.0.0.1:12111", "LIVE", "danger"),
    ],
)
def test_by_the_key_and_the_address(settings, live: bool, base: str, word: str, tone: str):
    settings.STRIPE_LIVE_MODE, settings.STRIPE_API_BASE = live, base
    shown = environment(RequestFactory().get("/"))
    assert shown[:2] == (word, tone)
    assert ("no real money" in shown[2]) is not live


def test_the_theme_asks_it():
    assert UNFOLD["ENVIRONMENT"] == "config.unfold.environment"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page["title"])
def test_each_page_of_the_sidebar_is_there(page: dict):
    assert resolve(str(page["link"]))


def test_each_is_there_once():
    links = [str(page["link"]) for page in PAGES]
    assert len(set(links)) == len(links)


class Reader(AnonymousUser):
    """May see what is named."""

    def __init__(self, *permissions: str) -> None:
        self.granted = permissions

    def has_perm(self, permission: str, obj: object = None) -> bool:
        return permission in self.granted


def seen_by(*permissions: str) -> list[str]:
    request = RequestFactory().get("/")
    request.user = Reader(*permissions)
    return [page["title"] for page in PAGES if "permission" not in page or page["permission"](request)]


def test_without_rights_only_home():
    assert seen_by() == ["Home"]


@pytest.mark.parametrize(
    ("permission", "title"),
    [
        ("billing.view_invoice", "Invoices"),
        ("usage.view_meter", "Meters"),
        ("analytics.view_mrrmovement", "MRR movements"),
        ("auth.view_group", "Groups"),
    ],
)
def test_a_right_shows_its_page_and_no_other(permission: str, title: str):
    assert seen_by(permission) == ["Home", title]


def test_who_may_read_the_log_sees_its_chain_too():
    assert seen_by("audit.view_auditentry") == ["Home", "Entries", "Chain"]


@pytest.mark.parametrize("right", ["billing.change_invoice", "billing.add_invoice", "billing.delete_invoice"])
def test_only_the_right_to_look_counts(right: str):
    assert seen_by(right) == ["Home"]


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2, of "#rrggbb"."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_wcags():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


BASE, PRIMARY = COLORS["base"], COLORS["primary"]


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (BASE["500"], "#ffffff"),
        (BASE["600"], "#ffffff"),
        (BASE["700"], "#ffffff"),
        (BASE["900"], "#ffffff"),
        (PRIMARY["600"], "#ffffff"),
        (PRIMARY["700"], "#ffffff"),
        ("#ffffff", PRIMARY["600"]),
        (BASE["300"], BASE["900"]),
        (BASE["200"], BASE["900"]),
        (BASE["100"], BASE["900"]),
        (PRIMARY["500"], BASE["900"]),
        (PRIMARY["400"], BASE["900"]),
    ],
)
def test_text_reaches_four_and_a_half_to_one(text: str, ground: str):
    assert contrast(text, ground) >= 4.5


def test_the_shades_go_from_light_to_dark():
    shades = [luminance(BASE[step]) for step in sorted(BASE, key=int)]
    assert shades == sorted(shades, reverse=True)
