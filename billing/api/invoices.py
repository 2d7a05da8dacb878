"""Invoices: the list and one of them, with its lines."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.ids import not_found
from billing.api.invoice_shapes import InvoiceSerializer
from billing.api.pagination import PAGING, KeysetPagination, page_of
from billing.api.problem import Problem
from billing.api.times import end_parameter, instant_parameter
from billing.api.views import OrganizationView
from billing.domain.permissions import Capability
from billing.domain.states import InvoiceStatus
from billing.models import Invoice
from billing.models.invoice import InvoiceQuerySet

NEWEST_FIRST = ("-stripe_created_at", "-id")
FILTERS = [
    OpenApiParameter("status", str, enum=[str(status) for status in InvoiceStatus]),
    OpenApiParameter("from", str, description="Made at this time or later; a day or a time of RFC 3339."),
    OpenApiParameter("to", str, description="Made before this time; a day is taken to its end."),
]


class InvoicesView(OrganizationView):
    needs = {"GET": Capability.BILLING_READ}

    @extend_schema(operation_id="invoices_list", parameters=[*FILTERS, *PAGING], responses=page_of(InvoiceSerializer))
    def get(self, request: Request) -> Response:
        """Invoices, newest first; drafts only where `status=draft` asks for them."""
        rows = _filtered(request, Invoice.objects.filter(organization=self.organization))
        rows = rows.prefetch_related("lines")
        return KeysetPagination[Invoice](NEWEST_FIRST).respond(
            request, rows, lambda page: InvoiceSerializer(page, many=True).data
        )


class InvoiceView(OrganizationView):
    needs = {"GET": Capability.BILLING_READ}

    @extend_schema(responses=InvoiceSerializer)
    def get(self, request: Request, invoice_id: str) -> Response:
        rows = Invoice.objects.filter(organization=self.organization).prefetch_related("lines")
        row = rows.filter(stripe_id=invoice_id).first()
        if row is None:
            raise not_found("invoice")
        return Response(InvoiceSerializer(row).data)


def _filtered(request: Request, rows: InvoiceQuerySet) -> InvoiceQuerySet:
    status = request.query_params.get("status", "")
    if status and status not in set(InvoiceStatus):
        raise Problem("invalid_status", f"status must be one of: {', '.join(InvoiceStatus)}.")
    since, until = instant_parameter(request, "from"), end_parameter(request, "to")
    rows = rows.filter(status=status) if status else rows.issued()
    if since is not None:
        rows = rows.filter(stripe_created_at__gte=since)
    if until is not None:
        rows = rows.filter(stripe_created_at__lt=until)
    return rows
