"""The entries that a list shows, as CSV. Exporting is logged like any other deed, before the first row leaves."""

from collections.abc import Iterator
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views import View

from audit.models import AuditEntry
from audit.record import record
from billing.admin.csv_cells import lines
from billing.templatetags.viewer import viewer_of

PERMISSION = "audit.export_auditentry"
BATCH = 1000
COLUMNS = (
    "chain", "sequence", "created_at", "organization_id", "action", "actor_kind", "actor_id", "for_user",
    "target_type", "target_id", "before", "after", "reason", "ip_address", "source", "request_id", "hash",
)  # fmt: skip


class ExportView(View):
    """By POST, because it leaves an entry in the log. The list's filters stand in the address."""

    model_admin: Any = None
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        if not viewer_of(request).may(PERMISSION):
            raise PermissionDenied
        rows = self.model_admin.narrowed(request)
        last = rows.order_by("-id").values_list("id", flat=True).first() or 0
        filters = {name: value for name, value in request.GET.items() if value and name != "at"}
        with transaction.atomic():
            record(
                "audit.exported",
                target=("audit", "entries"),
                organization_id=None,
                after={"filters": filters, "up_to": last},
            )
        response = StreamingHttpResponse(
            lines(_table(rows.filter(id__lte=last))), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="audit-{timezone.now():%Y%m%d-%H%M%S}.csv"'
        response["Cache-Control"] = "private, no-store"
        return response


def _table(rows: QuerySet[AuditEntry]) -> Iterator[list[object]]:
    """Newest first, read in batches by key: one long statement would hold all rows in memory."""
    yield list(COLUMNS)
    rows, below = rows.order_by("-id"), None
    while batch := list(rows.filter(id__lt=below)[:BATCH] if below else rows[:BATCH]):
        yield from (_cells(entry) for entry in batch)
        below = batch[-1].pk


def _cells(entry: AuditEntry) -> list[object]:
    return [_text(getattr(entry, name)) for name in COLUMNS]


def _text(value: object) -> object:
    if isinstance(value, dict):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value.isoformat() if hasattr(value, "isoformat") else value
