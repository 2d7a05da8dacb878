"""The log as staff read it. The page stands here because it names people and organizations, which audit, at the
bottom of the stack, does not know."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from audit.actions import all_actions
from audit.models import AuditEntry
from billing.admin.audit_export import PERMISSION, ExportView
from billing.admin.base import KeysetAdmin
from billing.admin.columns import Column, Filter, make_table
from billing.admin.moments import actor_names, sentence, values_in_words
from billing.admin.organizations import BY_ORGANIZATION
from billing.admin.registry import page
from billing.admin.sections import Facts, Heading, Rows, Section
from billing.models import Organization
from billing.templatetags.parts import NOTHING, identifier_part, time_part
from billing.templatetags.viewer import Viewer, viewer_of

TARGET_PAGES = {
    "organization": "billing.organization",
    "subscription": "billing.subscription",
    "invoice": "billing.invoice",
    "payment": "billing.payment",
    "command": "billing.stripecommand",
}


def sentence_cell(row: AuditEntry, viewer: Viewer) -> object:
    return viewer.link("audit.auditentry", row.pk, sentence(row, viewer))


def organization_cell(row: Any, viewer: Viewer) -> object:
    if row.organization is None:
        return NOTHING
    return viewer.link("billing.organization", row.organization_id, row.organization)


def target_part(row: AuditEntry, viewer: Viewer) -> object:
    page_of = TARGET_PAGES.get(row.target_type)
    target = identifier_part(row.target_id)
    return viewer.link(page_of, row.target_id, f"{row.target_type} {row.target_id}") if page_of else target


DIFFERENCE = (
    Column("Field", lambda row, viewer: row[0].replace("_", " ").capitalize()),
    Column("Before", lambda row, viewer: _value(row[1]), narrow="own"),
    Column("After", lambda row, viewer: _value(row[2]), narrow="own"),
)


def _value(value: object) -> object:
    if value is None or value == "":
        return NOTHING
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _since(rows: QuerySet[Any], day: str) -> QuerySet[Any]:
    return rows.filter(created_at__gte=_begin(date.fromisoformat(day)))


def _until(rows: QuerySet[Any], day: str) -> QuerySet[Any]:
    last = date.fromisoformat(day)
    return rows if last == date.max else rows.filter(created_at__lt=_begin(last + timedelta(days=1)))


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


@page(AuditEntry)
class AuditEntryAdmin(KeysetAdmin):
    key_field = "request_id"
    list_title = "Audit entries"
    list_template = "admin/audit/entries.html"
    order = ("-id",)
    search_hint = "Request id, or id of the object"
    empty_words = "Nothing is logged yet. Each change appears here with who made it."
    columns = (
        Column("What", sentence_cell),
        Column("Who", lambda row, viewer: row.actor_name, narrow="head"),
        Column("Organization", organization_cell, narrow="end"),
        Column("Time", lambda row, viewer: time_part(row.created_at, viewer), narrow="own"),
        Column("Request", lambda row, viewer: row.request_id[:16] or NOTHING),
    )
    filters = (
        BY_ORGANIZATION,
        Filter("action", "Action", "action"),
        Filter("object", "Object", "target_id"),
        Filter("actor", "Actor", "actor_id"),
        Filter("request", "Request", "request_id"),
        Filter("from", "From", "created_at", narrow=_since),
        Filter("to", "To", "created_at", narrow=_until),
    )

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(ExportView.as_view(model_admin=self))
        return [path("export/", export, name="audit_auditentry_export"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        may = viewer_of(request).may(PERMISSION)
        context = {
            "export_address": f"{reverse('admin:audit_auditentry_export')}?{request.GET.urlencode()}" if may else "",
            "from": request.GET.get("from", ""),
            "to": request.GET.get("to", ""),
            "kept_beside_dates": [pair for pair in request.GET.items() if pair[0] not in ("from", "to", "at")],
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        return rows.filter(request_id=term) if term.startswith("req_") else rows.filter(target_id=term)

    def attach(self, rows: list[Any], viewer: Viewer) -> None:
        owners = Organization.objects.in_bulk({row.organization_id for row in rows if row.organization_id})
        names = actor_names(rows)
        for row in rows:
            row.organization = owners.get(row.organization_id)
            row.actor_name = names[(row.actor_kind, row.actor_id)]

    def heading(self, obj: Any, viewer: Viewer) -> Heading:
        self.attach([obj], viewer)
        return Heading(
            sentence(obj, viewer),
            whose=organization_cell(obj, viewer),
            identifiers=[identifier_part(obj.request_id)],
            line=[
                ("Who", obj.actor_name),
                ("Time", time_part(obj.created_at, viewer)),
                ("Reason", obj.reason or NOTHING),
            ],
        )

    def sections(self, obj: Any, viewer: Viewer) -> list[Section]:
        fields = sorted({*obj.before, *obj.after})
        before, after = values_in_words(obj.before, viewer), values_in_words(obj.after, viewer)
        rows = [(name, before.get(name), after.get(name)) for name in fields]
        return [
            Rows("Before and after", make_table("Before and after", DIFFERENCE, rows, viewer), "No field changed."),
            Facts(
                "Details",
                [
                    ("Place", f"Chain {obj.chain}, entry {obj.sequence}"),
                    ("Hash", identifier_part(bytes(obj.hash).hex())),
                    ("Action", getattr(all_actions().get(obj.action), "label", obj.action)),
                    ("Object", target_part(obj, viewer)),
                    ("Came by", obj.source),
                    ("Address", obj.ip_address or NOTHING),
                    ("In the place of", f"User {obj.for_user}" if obj.for_user else NOTHING),
                    ("Personal details", "Erased at the person's wish" if obj.details_erased else "As recorded"),
                ],
            ),
        ]
