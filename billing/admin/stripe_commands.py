"""What we asked of Stripe: each write with its key and what came of it."""

import json
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from billing.admin import moments
from billing.admin.base import KeysetAdmin
from billing.admin.columns import Chip, Column, all_rows
from billing.admin.command_words import operation_words
from billing.admin.organizations import BY_ORGANIZATION
from billing.admin.registry import page
from billing.admin.sections import Facts, Heading, Notice, Section, Source, Step, Steps
from billing.admin.stripe_links import stripe_part
from billing.admin.tables import organization_cell
from billing.models import StripeCommand, WebhookEvent
from billing.models.stripe_command import UNFINISHED, CommandStatus
from billing.templatetags.declines import decline
from billing.templatetags.parts import NOTHING, age_part, identifier_part, number_part, state_part, time_part
from billing.templatetags.states import command_state
from billing.templatetags.viewer import Viewer

NO_ANSWER = "We asked Stripe and have no answer yet. Nothing is sent twice. We keep looking; you may leave."
REFRESH_SECONDS = 2


def words(command: StripeCommand) -> str:
    return operation_words(command.operation)


def verb_cell(row: StripeCommand, viewer: Viewer) -> object:
    return viewer.link("billing.stripecommand", row.pk, words(row))


def object_cell(row: StripeCommand, viewer: Viewer) -> object:
    """What it was about: the object in the answer, else the one that was named."""
    key = row.result_id or str(row.parameters.get("id") or row.parameters.get("customer") or "")
    return format_html("<code>{}</code>", key) if key else NOTHING


def next_look_cell(row: StripeCommand, viewer: Viewer) -> object:
    return age_part(row.next_attempt_at, viewer) if row.status in UNFINISHED else NOTHING


def error_words(row: StripeCommand) -> str:
    return decline(row.decline_code).words if row.decline_code else row.error_message


def _in_status(*statuses: str) -> Any:
    def narrow(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
        return rows.filter(status__in=statuses)

    return narrow


@page(StripeCommand)
class StripeCommandAdmin(KeysetAdmin):
    key_field = "public_id"
    order = ("-id",)
    search_hint = "cmd_… id, or idempotency key"
    empty_words = "Nothing was asked of Stripe yet."
    columns = (
        Column("Verb", verb_cell),
        Column("State", lambda row, viewer: state_part(command_state(row)), narrow="head"),
        Column("Organization", organization_cell, narrow="end"),
        Column("Object", object_cell),
        Column("Asked", lambda row, viewer: time_part(row.created_at, viewer), narrow="own"),
        Column("Attempts", lambda row, viewer: number_part(row.attempts, viewer), number=True),
        Column("Error", lambda row, viewer: error_words(row) or NOTHING),
        Column("Next look", next_look_cell),
    )
    chips = (
        Chip("all", "All", all_rows),
        Chip("unknown", "Unknown", _in_status("unknown")),
        Chip("pending", "Pending", _in_status("pending")),
        Chip("failed", "Failed", _in_status("failed")),
        Chip("done", "Done", _in_status("done")),
    )
    filters = (BY_ORGANIZATION,)

    def list_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return super().list_rows(request).select_related("organization")

    def objects(self, request: HttpRequest) -> QuerySet[Any]:
        return self.list_rows(request)

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        return rows.filter(public_id=term) if term.startswith("cmd_") else rows.filter(idempotency_key=term)

    def heading(self, obj: StripeCommand, viewer: Viewer) -> Heading:
        return Heading(
            f"{words(obj)} · {obj.organization or 'the installation'}",
            command_state(obj),
            whose=organization_cell(obj, viewer),
            identifiers=[identifier_part(obj.public_id), stripe_part(obj.result_id)],
            line=[
                ("Asked", time_part(obj.created_at, viewer)),
                ("Finished", time_part(obj.finished_at, viewer)),
                ("Attempts", number_part(obj.attempts, viewer)),
                ("Next look", next_look_cell(obj, viewer)),
            ],
            notices=_notices(obj),
            refresh_seconds=REFRESH_SECONDS if obj.status in UNFINISHED else 0,
        )

    def sections(self, obj: StripeCommand, viewer: Viewer) -> list[Section]:
        return [
            Steps("What has happened", _steps(obj, viewer)),
            moments.of_target("command", obj.public_id, viewer),
            _facts(obj),
            Source("Parameters", "Show what was sent", json.dumps(obj.parameters, indent=2, ensure_ascii=False)),
        ]


def _notices(command: StripeCommand) -> list[Notice]:
    if command.status in UNFINISHED:
        return [Notice("care", NO_ANSWER)]
    if command.status == CommandStatus.FAILED:
        return [Notice("bad", f"Stripe refused, and nothing has changed: {error_words(command)}")]
    return []


def _steps(command: StripeCommand, viewer: Viewer) -> list[Step]:
    """Saved, sent, answered, confirmed. A refusal ends the road; an unknown outcome leaves it open."""
    answered = {CommandStatus.DONE: True, CommandStatus.FAILED: False}.get(CommandStatus(command.status))
    confirmed = _confirmation(command) if command.status == CommandStatus.DONE else None
    return [
        Step("Saved", True, time_part(command.created_at, viewer)),
        Step("Sent to Stripe", True if command.attempts else None),
        Step("Stripe answered", answered, time_part(command.finished_at, viewer) if command.finished_at else ""),
        Step("Confirmed by webhook", True if confirmed else None, confirmed and time_part(confirmed, viewer)),
    ]


def _confirmation(command: StripeCommand) -> Any:
    """When the first event about the result was processed, after we asked."""
    events = WebhookEvent.objects.filter(object_id=command.result_id, received_at__gte=command.created_at)
    times = events.exclude(object_id="").exclude(processed_at=None).order_by("stripe_created_at")
    return times.values_list("processed_at", flat=True).first()


def _facts(command: StripeCommand) -> Facts:
    return Facts(
        "Details",
        [
            ("Operation", format_html("<code>{}</code>", command.operation)),
            ("Idempotency key", identifier_part(command.idempotency_key)),
            ("Request", identifier_part(command.request_id)),
            ("Stripe’s error", format_html("<code>{}</code>", command.error_code or "–")),
            ("Message", command.error_message or NOTHING),
        ],
    )
