"""Meters."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.html import format_html

from billing.admin import moments
from billing.admin.base import KeysetAdmin, list_address
from billing.admin.columns import Column
from billing.admin.sections import Facts, Heading, Section
from billing.templatetags.parts import identifier_part, time_part
from billing.templatetags.viewer import Viewer
from usage.models.meter import Meter
from usage.models.usage_event import UsageEvent


def _rule(meter: Meter) -> str:
    return f"{meter.get_aggregation_display()} of {meter.value_property} in events of type {meter.event_type}"


@admin.register(Meter)
class MeterAdmin(KeysetAdmin):
    """`/admin/usage/meter/`. Meters are made by the catalog, not here."""

    key_field = "code"
    order = ("code",)
    empty_words = "No meter yet. The catalog makes the first one."
    columns: ClassVar[tuple[Column, ...]] = (
        Column("Meter", lambda meter, viewer: viewer.link("usage.meter", meter.code, meter.name)),
        Column("Code", lambda meter, viewer: identifier_part(meter.code), narrow="head"),
        Column("Counts", lambda meter, viewer: _rule(meter), narrow="own"),
        Column("Unit", lambda meter, viewer: meter.unit),
        Column("Since", lambda meter, viewer: time_part(meter.created_at, viewer)),
    )

    def heading(self, obj: Meter, viewer: Viewer) -> Heading:
        return Heading(obj.name, identifiers=[identifier_part(obj.code)])

    def sections(self, obj: Meter, viewer: Viewer) -> list[Section]:
        rows: list[tuple[str, Any]] = [
            ("Counts", _rule(obj)),
            ("Unit", obj.unit),
            ("Since", time_part(obj.created_at, viewer)),
            ("Events", format_html('<a href="{}">Recent events</a>', list_address(UsageEvent, meter=obj.pk))),
        ]
        return [Facts("Rule", rows), moments.of_target("meter", obj.code, viewer)]
