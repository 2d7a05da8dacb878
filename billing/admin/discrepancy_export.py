"""What a reconciliation found, as CSV for a spreadsheet. Personal values are not kept, so none can leave."""

from collections.abc import Iterator
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse
from django.views import View

from billing.admin.csv_cells import lines
from billing.models import Discrepancy, ReconciliationRun
from billing.templatetags.viewer import viewer_of

PERMISSION = "billing.view_discrepancy"
BATCH = 1000
COLUMNS = (
    "object_type", "stripe_id", "organization_id", "kind", "field", "here", "there", "amount", "currency", "status",
    "note", "found_at", "resolved_at",
)  # fmt: skip


class DifferencesView(View):
    model_admin: Any = None
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, object_id: str) -> StreamingHttpResponse:
        if not viewer_of(request).may(PERMISSION):
            raise PermissionDenied
        run: ReconciliationRun = self.model_admin.object_named(request, object_id)
        response = StreamingHttpResponse(lines(_table(run)), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{run.public_id}.csv"'
        response["Cache-Control"] = "private, no-store"
        return response


def _table(run: ReconciliationRun) -> Iterator[list[object]]:
    """In the order in which they were found; read in batches by key. `amount` is in minor units."""
    yield list(COLUMNS)
    rows, above = Discrepancy.objects.filter(run=run).order_by("id"), 0
    while batch := list(rows.filter(id__gt=above)[:BATCH]):
        yield from ([_cell(row, name) for name in COLUMNS] for row in batch)
        above = batch[-1].pk


def _cell(row: Discrepancy, name: str) -> object:
    value = getattr(row, name)
    if name in ("here", "there"):
        return "" if value is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return value.isoformat() if hasattr(value, "isoformat") else value
