"""What processing an event would change, as a table of fields, now and after, and as words."""

from datetime import datetime
from typing import Any

from django.apps import apps

from audit.sealed_field import SealedTextField
from billing.admin.columns import Column, make_table
from billing.admin.effects import EffectRow
from billing.admin.sections import Facts, Versions
from billing.inbox.dry_run import FieldChange, Forecast
from billing.templatetags.formats import time_text
from billing.templatetags.parts import NOTHING
from billing.templatetags.viewer import Viewer

WORDS = 3
VERDICTS = {
    "newer": "It is newer than what was applied, and applies as a whole.",
    "older": "Something newer of the object was applied before: its snapshot changes nothing, its facts are recorded.",
    "early": "Nobody knows yet whose the object is: it would wait for the object that says so.",
    "ask Stripe": "Events alone do not tell what is newer: Stripe would be asked, and its answer counts.",
}
COLUMNS = (
    Column("Field", lambda change, viewer: f"{_model(change)} · {change.field.replace('_', ' ')}"),
    Column(
        "Now", lambda change, viewer: NOTHING if change.is_new else _value(change, change.before, viewer), narrow="own"
    ),
    Column("After", lambda change, viewer: _value(change, change.after, viewer), narrow="own"),
    Column("Row", lambda change, viewer: change.row),
)


def forecast_section(told: Forecast, viewer: Viewer) -> Versions:
    return Versions(
        "What processing would change", make_table("Fields that would change", COLUMNS, told.changes, viewer)
    )


def forecast_rows(told: Forecast, viewer: Viewer) -> list[EffectRow]:
    """The forecast in words: verdict, effects by their business key, and each field, to be sealed with the form."""
    verdicts = [VERDICTS.get(verdict, f"It would fail: {verdict}") for verdict in told.verdicts.values()]
    return [
        EffectRow("Order", " ".join(verdicts)),
        EffectRow("Recorded", _effects(told.effects) or "nothing"),
        EffectRow("Recorded before, not again", _effects(told.known_effects) or "nothing"),
        *(
            EffectRow(
                f"{change.row} {change.field}",
                f"{_value(change, change.before, viewer)} → {_value(change, change.after, viewer)}",
            )
            for change in told.changes
        ),
    ]


def effects_section(rows: list[EffectRow]) -> Facts:
    """The words of the forecast; its fields are in a table of their own."""
    return Facts("Effects", [(row.label, row.value) for row in rows[:WORDS]])


def _effects(effects: list[tuple[str, str]]) -> str:
    return ", ".join(f"{kind} ({key})" for kind, key in effects)


def _model(change: FieldChange) -> str:
    return str(apps.get_model(change.model)._meta.verbose_name).capitalize()


def _value(change: FieldChange, value: Any, viewer: Viewer) -> object:
    if value is None or value == "":
        return NOTHING
    if any(field.attname == change.field for field in _sealed(change)):
        return "[sealed]"
    if isinstance(value, datetime):
        return time_text(value, viewer.zone, viewer.locale)
    return {True: "Yes", False: "No"}[value] if isinstance(value, bool) else str(value)


def _sealed(change: FieldChange) -> list[Any]:
    fields = apps.get_model(change.model)._meta.concrete_fields
    return [field for field in fields if isinstance(field, SealedTextField)]
