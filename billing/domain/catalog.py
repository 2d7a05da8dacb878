"""A catalog file: plans, their prices and what they include. The one source of plan codes (S3.1)."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal


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
    features = [CatalogFeature(row["code"], row["name"], row.get("meter", "")) for row in content.get("features", [])]
    known = {feature.code for feature in features}
    plans = [_plan(row, known) for row in content.get("plans", [])]
    if not plans or not content.get("currencies"):
        raise BadCatalog("A catalog has at least one currency and one plan.")
    return Catalog(content["currencies"], features, plans)


def _plan(row: dict[str, object], known: set[str]) -> CatalogPlan:
    code = str(row.get("code", ""))
    prices = {interval: row[interval] for interval in ("month", "year") if interval in row}
    if not code or not prices:
        raise BadCatalog(f"Plan {code or '(without code)'}: give a code, and a price per month or year.")
    if not all(isinstance(amount, int) and amount >= 0 for amount in prices.values()):
        raise BadCatalog(f"Plan {code}: prices are whole minor units, 0 or more.")
    limits = _limits(row)
    if unknown := set(limits) - known:
        raise BadCatalog(f"Plan {code}: unknown features {', '.join(sorted(unknown))}.")
    return CatalogPlan(
        code=code,
        name=str(row.get("name", code)),
        description=str(row.get("description", "")),
        prices={interval: int(str(amount)) for interval, amount in prices.items()},
        limits=limits,
    )


def _limits(row: dict[str, object]) -> dict[str, Decimal | None]:
    limited = row.get("limits", {})
    granted = [*_words(row.get("features", [])), *_words(row.get("unlimited", []))]
    quantities = (
        {str(code): Decimal(str(limit)) for code, limit in limited.items()} if isinstance(limited, dict) else {}
    )
    return {**dict.fromkeys(granted), **quantities}


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else []
