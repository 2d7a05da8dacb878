"""The figures, for pages and API. Each says from which standpoint it was read.

`mrr(as_of)`, `mrr_rows(as_of)`, `mrr_by_plan(as_of)`, `movements(grain, last)`.
"""

from analytics.queries.balances import Bridge
from analytics.queries.figure import CurrencyFigure, Figure, mrr
from analytics.queries.movements import Movements, movements
from analytics.queries.plans import PlanFigure, mrr_by_plan
from analytics.queries.rows import mrr_rows

__all__ = [
    "Bridge",
    "CurrencyFigure",
    "Figure",
    "Movements",
    "PlanFigure",
    "movements",
    "mrr",
    "mrr_by_plan",
    "mrr_rows",
]
