"""MRR on the home page. Each number links to the rows that it is made of."""

from typing import Any

from analytics.models import MrrMovement
from analytics.queries import movements as movements_of
from analytics.queries import mrr, mrr_by_plan
from billing.admin.base import list_address
from billing.admin.registry import panel
from billing.models import Subscription
from billing.templatetags.viewer import Viewer

MONTHS = 12
KINDS = ("start", "new", "expansion", "reactivation", "contraction", "churn", "pause", "fx", "end")
BALANCES = ("start", "end")
NEEDED = "analytics.view_mrrmovement"


@panel(20, "MRR by plan", "admin/home/mrr.html", NEEDED)
def mrr_panel(viewer: Viewer) -> dict[str, Any]:
    """The plans sum to the whole, both at one moment."""
    figure = mrr(viewer.now)
    plans = mrr_by_plan(figure.as_of, as_known=figure.as_known)
    rows = [(plan, list_address(Subscription, view="active", plan=plan.plan)) for plan in plans]
    return {"figure": figure, "rows": rows, "address": list_address(MrrMovement)}


@panel(30, "MRR movements", "admin/home/movements.html", NEEDED, wide=True)
def movements_panel(viewer: Viewer) -> dict[str, Any]:
    """Newest month first; each row closes: start and all movements make end."""
    found = movements_of(grain="month", last=MONTHS, as_of=viewer.now)
    rows = [
        {
            "name": bridge.period.first,
            "running": bridge.period.first <= found.at.day <= bridge.period.last,
            "address": list_address(MrrMovement, month=bridge.period.name),
            "amounts": [(getattr(bridge, kind), kind not in BALANCES) for kind in KINDS],
        }
        for bridge in reversed(found.bridges)
    ]
    return {"rows": rows, "kinds": KINDS, "policy": found.at.policy.key, "unconverted": found.unconverted}
