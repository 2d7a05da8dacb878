"""Movements with their kinds, which are decided here: per organization, net per local day, never stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from analytics.metrics.bridge import Kind
from analytics.standpoint import Standpoint

# `net`: what moved, per organization, day, currency and part, and how much of it is asked for. `levels`: the recurring
# amount of the whole organization before and after the day. Currencies are added up there only to ask whether there is
# anything at all: no recurring amount is ever negative, so a sum is zero exactly when all are. For the same reason
# there had been something before exactly if something had moved.
CLASSIFY = """
WITH net AS (
    SELECT organization_id, day, currency, part, sum(delta_micro)::bigint AS delta, sum(delta_micro) FILTER (
        WHERE (%(currency)s = '' OR currency = %(currency)s)
            AND (%(products)s::text[] IS NULL OR product_id = ANY(%(products)s::text[]))
    )::bigint AS asked
    FROM analytics_mrrmovement
    WHERE policy = %(policy)s AND effective_at <= %(as_of)s AND recorded_at <= %(as_known)s
    GROUP BY organization_id, day, currency, part
), levels AS (
    SELECT day, currency, part, asked,
        coalesce(sum(delta) FILTER (WHERE part = 'recurring') OVER so_far, 0) AS after,
        coalesce(sum(delta) FILTER (WHERE part = 'recurring') OVER earlier, 0) AS before,
        count(*) FILTER (WHERE part = 'recurring' AND delta <> 0) OVER earlier > 0 AS had_before
    FROM net WINDOW
        so_far AS (PARTITION BY organization_id ORDER BY day),
        earlier AS (PARTITION BY organization_id ORDER BY day GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), classified AS (
    SELECT day, currency, asked, CASE
        WHEN part = 'pause' THEN 'pause'
        WHEN before = 0 AND after > 0 AND had_before THEN 'reactivation'
        WHEN before = 0 AND after > 0 THEN 'new'
        WHEN before > 0 AND after = 0 THEN 'churn'
        WHEN asked > 0 THEN 'expansion'
        ELSE 'contraction'
    END AS kind FROM levels WHERE asked <> 0
)
"""
SUM_UP = """
SELECT CASE WHEN day < %(first)s THEN NULL
            WHEN currency = %(into)s AND %(grain)s = 'month' THEN day - (extract(day FROM day)::int - 1)
            ELSE day END AS bucket,
    currency, CASE WHEN day < %(first)s THEN NULL ELSE kind END AS kind, sum(asked)::bigint
FROM classified GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Filter:
    """`currency` "" and `products` None are all of them. Kinds are those of the whole organization: what a plan
    change takes from one plan is a contraction of that plan, not churn."""

    currency: str = ""
    products: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """The sum of a kind (micro-minor-units) on a day; in the reporting currency, in the period that begins with
    `day`. `day` and `kind` None: all that came before the first period."""

    day: date | None
    currency: str
    kind: Kind | None
    micro: int


KINDS = {str(kind): kind for kind in Kind}


def moved_since(first: date, grain: str, at: Standpoint, only: Filter, *, into: str) -> list[Moved]:
    """All movements at a standpoint, summed; one by one from the day `first` on, in one sum before it."""
    with connection.cursor() as cursor:
        cursor.execute(CLASSIFY + SUM_UP, _parameters(at, only) | {"first": first, "grain": grain, "into": into})
        rows = cursor.fetchall()
    return [Moved(day, currency, KINDS.get(kind), micro) for day, currency, kind, micro in rows]


def _parameters(at: Standpoint, only: Filter) -> dict[str, str | datetime | list[str] | None]:
    return {
        "policy": at.policy.key,
        "as_of": at.as_of,
        "as_known": at.as_known,
        "currency": only.currency,
        "products": None if only.products is None else list(only.products),
    }
