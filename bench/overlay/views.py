"""Limits: views that do as little as a view can, below the product's own middleware."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

INVOICES = """
SELECT coalesce(json_agg(row), '[]')::text FROM (
    SELECT i.stripe_id AS id, i.number, i.status, i.currency, i.subtotal, i.total, i.amount_due, i.amount_paid,
        i.stripe_created_at, (
            SELECT json_agg(json_build_object('id', l.stripe_id, 'description', l.description, 'amount', l.amount))
            FROM billing_invoiceline l WHERE l.invoice_id = i.stripe_id
        ) AS lines
    FROM billing_invoice i WHERE i.organization_id = %s AND i.status <> 'draft'
    ORDER BY i.stripe_created_at DESC, i.id DESC LIMIT %s
) AS row
"""


@csrf_exempt
def no_op(request: HttpRequest) -> HttpResponse:
    """The body is read, as any view of a POST must, and left alone."""
    return JsonResponse({"received": len(request.body)})


def select_one(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return JsonResponse({"one": cursor.fetchone()[0]})


def invoices_as_json(request: HttpRequest) -> HttpResponse:
    """The list as PostgreSQL itself writes it: no rows in Python, no rights, no words of the contract."""
    with connection.cursor() as cursor:
        cursor.execute(INVOICES, [request.GET["organization"], int(request.GET["limit"])])
        return HttpResponse(cursor.fetchone()[0], content_type="application/json")
