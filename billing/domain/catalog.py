"""A catalog file: plans, their prices and what they include. The one source of plan codes (S3.1)."""

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation


class BadCatalog(ValueError):
    """The file is not a usable catalog; the message says where and why."""


@dataclass(frozen=True, slots=True)
class CatalogFeature:
    code: str
    name: str
    meter: str


@dataclass(frozen=True, slots=True)
class CatalogPlan:
    """`prices` maps interval to minor units, `limits` feature to included quantity (None: unlimited or simply
    there)."""

    code: str
    name: str
    description: str
    prices: dict[str, int]
    limits: dict[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Catalog:
    currencies: list[str]
    features: list[CatalogFeature]
    plans: list[CatalogPlan]


def parse(text: str) -> Catalog:
    """Read a catalog in TOML. Raises BadCatalog; a price is never guessed (S3.2)."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadCatalog(f"Not TOML: {error}") from error
    features = [_feature(row) for row in _tables(content, "features")]
    known = {feature.code for feature in features}
    plans = [_plan(row, known) for row in _tables(content, "plans")]
    currencies = content.get("currencies")
    if not plans or not isinstance(currencies, list) or not currencies:
        raise BadCatalog('A catalog has at least one currency, as in currencies = ["usd"], and one plan.')
    if not all(isinstance(currency, str) and re.fullmatch("[a-z]{3}", currency) for currency in currencies):
        raise BadCatalog('Currencies are codes of three lower-case letters, such as "usd".')
    for codes in (currencies, [feature.code for feature in features], [plan.code for plan in plans]):
        _refuse_twice(codes)
    return Catalog(currencies, features, plans)


def _tables(content: dict[str, object], name: str) -> list[dict[str, object]]:
    rows = content.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadCatalog(f"Each of the {name} is a table of its own, under [[{name}]].")
    return rows


def _refuse_twice(codes: list[str]) -> None:
    for code in codes:
        if codes.count(code) > 1:
            raise BadCatalog(f"{code} is there twice; take one of them out.")


def _feature(row: dict[str, object]) -> CatalogFeature:
    code, name = str(row.get("code", "")), str(row.get("name", ""))
    if not code or not name:
        raise BadCatalog(f"Feature {code or name or '(empty)'}: give a code and a name.")
    return CatalogFeature(code, name, str(row.get("meter", "")))


def _plan(row: dict[str, object], known: set[str]) -> CatalogPlan:
    code = str(row.get("code", ""))
    prices = {interval: row[interval] for interval in ("month", "year") if interval in row}
    if not code or not prices:
        raise BadCatalog(f"Plan {code or '(without code)'}: give a code, and a price per month or year.")
    limits = _limits(code, row)
    if unknown := set(limits) - known:
        raise BadCatalog(f"Plan {code}: unknown features {', '.join(sorted(unknown))}.")
    return CatalogPlan(
        code=code,
        name=str(row.get("name", code)),
        description=str(row.get("description", "")),
        prices={interval: _price(code, amount) for interval, amount in prices.items()},
        limits=limits,
    )


def _price(plan: str, amount: object) -> int:
    if not isinstance(amount, int) or isinstance(amount, bool) or amount < 0:  # to Python true is an integer
        raise BadCatalog(f"Plan {plan}: prices are whole minor units, 0 or more.")
    return amount


def _limits(plan: str, row: dict[str, object]) -> dict[str, Decimal | None]:
    limited = row.get("limits", {})
    if not isinstance(limited, dict):
        raise BadCatalog(f"Plan {plan}: limits name features with quantities, as in {{ seats = 5 }}.")
    granted = [*_words(plan, row, "features"), *_words(plan, row, "unlimited")]
    return {**dict.fromkeys(granted), **{code: _quantity(plan, code, limit) for code, limit in limited.items()}}


def _quantity(plan: str, feature: str, limit: object) -> Decimal:
    try:
        quantity = Decimal(str(limit))
    except InvalidOperation:
        quantity = Decimal("NaN")
    if not quantity.is_finite() or quantity < 0:
        raise BadCatalog(f"Plan {plan}: the limit of {feature} is a number, 0 or more; else say unlimited.")
    return quantity


def _words(plan: str, row: dict[str, object], name: str) -> list[str]:
    words = row.get(name, [])
    if not isinstance(words, list):
        raise BadCatalog(f"Plan {plan}: {name} is a list of features' codes.")
    return [str(word) for word in words]
