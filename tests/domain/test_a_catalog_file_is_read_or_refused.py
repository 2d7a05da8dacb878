"""The catalog becomes prices at Stripe that cannot be changed again: a slip in the file must stop it before."""

from decimal import Decimal

import pytest

from billing.domain.catalog import BadCatalog, CatalogFeature, parse

GOOD = """
currencies = ["usd", "eur"]

[[features]]
code = "api_calls"
name = "API calls"
meter = "calls"

[[features]]
code = "sso"
name = "Single sign-on"

[[plans]]
code = "starter"
month = 0
limits = { api_calls = 1000 }

[[plans]]
code = "team"
name = "Team"
description = "For a team."
month = 2900
year = 29000
limits = { api_calls = 2.5 }
features = ["sso"]

[[plans]]
code = "whole"
year = 199000
unlimited = ["api_calls"]
"""


def test_what_is_in_the_file_is_in_the_catalog() -> None:
    catalog = parse(GOOD)
    assert catalog.currencies == ["usd", "eur"]
    assert catalog.features == [
        CatalogFeature("api_calls", "API calls", "calls"),
        CatalogFeature("sso", "Single sign-on", ""),
    ]
    starter, team, whole = catalog.plans
    assert (team.code, team.name, team.description) == ("team", "Team", "For a team.")
    assert team.prices == {"month": 2900, "year": 29000}
    assert team.limits == {"api_calls": Decimal("2.5"), "sso": None}
    assert (starter.prices, whole.prices) == ({"month": 0}, {"year": 199000})
    assert whole.limits == {"api_calls": None}


def test_a_plan_without_a_name_is_called_by_its_code() -> None:
    starter = parse(GOOD).plans[0]
    assert (starter.name, starter.description) == ("starter", "")


def test_plans_keep_the_order_of_the_file() -> None:
    """It is the order on the page of prices."""
    assert [plan.code for plan in parse(GOOD).plans] == ["starter", "team", "whole"]


def test_a_fraction_keeps_the_digits_that_were_written() -> None:
    limit = parse(GOOD.replace("1000", "0.1")).plans[0].limits["api_calls"]
    assert limit == Decimal("0.1")


PLAN = '\n[[plans]]\ncode = "starter"\nmonth = 100\n'
FEATURE = '\n[[features]]\ncode = "seats"\nname = "Seats"\n'

REFUSED = {
    "no TOML": ("= 1", "Not TOML"),
    "empty": ("", "at least one currency"),
    "without plans": ('currencies = ["usd"]', "one plan"),
    "without currencies": (PLAN, "at least one currency"),
    "currencies that are a word": (f'currencies = "usd"{PLAN}', "at least one currency"),
    "a currency that is a number": (f"currencies = [1]{PLAN}", "three lower-case letters"),
    "a currency in capitals": (f'currencies = ["USD"]{PLAN}', "three lower-case letters"),
    "a currency that is a name": (f'currencies = ["dollar"]{PLAN}', "three lower-case letters"),
    "a currency twice": (f'currencies = ["usd", "usd"]{PLAN}', "usd is there twice"),
    "plans that are no tables": ('currencies = ["usd"]\nplans = ["starter"]', r"\[\[plans\]\]"),
    "plans that are one table": ('currencies = ["usd"]\n[plans]\ncode = "starter"\nmonth = 1', r"\[\[plans\]\]"),
    "features that are words": (f'currencies = ["usd"]\nfeatures = ["seats"]{PLAN}', r"\[\[features\]\]"),
    "a plan twice": (f'currencies = ["usd"]{PLAN}{PLAN}', "starter is there twice"),
    "a feature twice": (f'currencies = ["usd"]{FEATURE}{FEATURE}{PLAN}', "seats is there twice"),
    "a feature without code": (f'currencies = ["usd"]\n[[features]]\nname = "Seats"{PLAN}', "a code and a name"),
    "a feature without name": (f'currencies = ["usd"]\n[[features]]\ncode = "seats"{PLAN}', "seats.*a code and a name"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_file_that_is_no_catalog_is_refused(why: str) -> None:
    text, message = REFUSED[why]
    with pytest.raises(BadCatalog, match=message):
        parse(text)


def with_plan(lines: str) -> str:
    return f'currencies = ["usd"]\n{FEATURE}\n[[plans]]\n{lines}\n'


BAD_PLANS = {
    "no code": ("month = 100", r"\(without code\): give a code"),
    "no price": ('code = "p"', "Plan p: give a code, and a price per month or year"),
    "a price of another interval": ('code = "p"\nweek = 100', "price per month or year"),
    "a price with a point": ('code = "p"\nmonth = 29.00', "Plan p: prices are whole minor units"),
    "a price as text": ('code = "p"\nmonth = "29"', "whole minor units"),
    "a negative price": ('code = "p"\nmonth = -1', "0 or more"),
    "one bad price of two": ('code = "p"\nmonth = 100\nyear = -1', "0 or more"),
    "a price that is yes": ('code = "p"\nmonth = true', "whole minor units"),
    "an unknown feature": ('code = "p"\nmonth = 1\nfeatures = ["magic"]', "Plan p: unknown features magic"),
    "an unknown limit": ('code = "p"\nmonth = 1\nlimits = { b = 1, a = 2 }', "unknown features a, b"),
    "an unknown unlimited": ('code = "p"\nmonth = 1\nunlimited = ["magic"]', "unknown features magic"),
    "a limit that is a word": ('code = "p"\nmonth = 1\nlimits = { seats = "many" }', "limit of seats"),
    "a limit that is yes": ('code = "p"\nmonth = 1\nlimits = { seats = true }', "limit of seats"),
    "a negative limit": ('code = "p"\nmonth = 1\nlimits = { seats = -1 }', "limit of seats"),
    "an endless limit": ('code = "p"\nmonth = 1\nlimits = { seats = inf }', "limit of seats"),
    "a limit that is no number": ('code = "p"\nmonth = 1\nlimits = { seats = nan }', "limit of seats"),
    "limits that are a list": ('code = "p"\nmonth = 1\nlimits = ["seats"]', "limits"),
    "features that are a word": ('code = "p"\nmonth = 1\nfeatures = "seats"', "features"),
    "unlimited that is a word": ('code = "p"\nmonth = 1\nunlimited = "seats"', "unlimited"),
}


@pytest.mark.parametrize("why", BAD_PLANS)
def test_a_plan_that_leaves_a_question_is_refused(why: str) -> None:
    """And the message names the plan, so that it can be found in a long file."""
    lines, message = BAD_PLANS[why]
    with pytest.raises(BadCatalog, match=message):
        parse(with_plan(lines))


@pytest.mark.parametrize("limit", ["0", "0.5", "1_000_000"])
def test_limits_of_any_size_from_zero_are_taken(limit: str) -> None:
    plan = parse(with_plan(f'code = "p"\nmonth = 1\nlimits = {{ seats = {limit} }}')).plans[0]
    assert plan.limits == {"seats": Decimal(limit)}
