"""Events as they arrive."""

import json
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from billing.admin.base import KeysetAdmin
from billing.admin.columns import Column, Filter
from billing.admin.sections import Facts, Heading, Section, Source
from billing.templatetags.parts import identifier_part, number_part, time_part
from billing.templatetags.viewer import Viewer
from usage.domain.quantity import plain
from usage.models.usage_event import UsageEvent

RECENT = 100_000
"""How far back the list goes, in events: filters read no further, whatever the size of the table."""


def _organization(event: UsageEvent, viewer: Viewer) -> SafeString:
    whose = event.organization
    return viewer.link("billing.organization", whose.public_id, whose.name or whose.public_id)


def _value(event: UsageEvent, viewer: Viewer) -> SafeString:
    return number_part(Decimal(plain(event.value)), viewer, unit=event.meter.unit)


@admin.register(UsageEvent)
class UsageEventAdmin(KeysetAdmin):
    """`/admin/usage/usageevent/`: the newest events. Rows never change; corrections lie over them."""

    key_field = "event_id"
    order = ("-id",)
    empty_words = "No event yet. They arrive by POST /api/v1/usage/events."
    filters: ClassVar[tuple[Filter, ...]] = (
        Filter("meter", "Meter", "meter_id"),
        Filter("organization", "Organization", "organization__public_id"),
    )
    columns: ClassVar[tuple[Column, ...]] = (
        Column("Event", lambda event, viewer: viewer.link("usage.usageevent", event.pk, event.event_id)),
        Column("Organization", _organization, narrow="head"),
        Column("Meter", lambda event, viewer: viewer.link("usage.meter", event.meter.code, event.meter.name)),
        Column("Value", _value, number=True, narrow="own"),
        Column("Time", lambda event, viewer: time_part(event.time, viewer), narrow="end"),
        Column("Received", lambda event, viewer: time_part(event.received_at, viewer)),
        Column("Source", lambda event, viewer: event.source),
    )

    def list_rows(self, request: HttpRequest) -> QuerySet[Any]:
        newest = UsageEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        return self.objects(request).filter(id__gt=newest - RECENT)

    def objects(self, request: HttpRequest) -> QuerySet[Any]:
        return UsageEvent.objects.select_related("organization", "meter")

    def heading(self, obj: UsageEvent, viewer: Viewer) -> Heading:
        return Heading(obj.event_id, whose=_organization(obj, viewer), identifiers=[identifier_part(obj.event_id)])

    def sections(self, obj: UsageEvent, viewer: Viewer) -> list[Section]:
        rows: list[tuple[str, Any]] = [
            ("Meter", viewer.link("usage.meter", obj.meter.code, obj.meter.name)),
            ("Value", _value(obj, viewer)),
            ("Time", time_part(obj.time, viewer)),
            ("Received", time_part(obj.received_at, viewer)),
            ("Source", identifier_part(obj.source)),
        ]
        return [
            Facts("Event", rows),
            Source("Data", "As it was sent", json.dumps(obj.data, indent=2, ensure_ascii=False)),
        ]
