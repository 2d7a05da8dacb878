"""What somebody asked for and somebody else decides: the queue, and one of them with both versions of its effect."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from billing.admin import moments
from billing.admin.approval_verbs import ApproveView, DeclineView
from billing.admin.approval_words import (
    amount_of,
    is_asker,
    label_of,
    part_words,
    title_of,
    versions_of,
    waiting_words,
    why_not_decide,
)
from billing.admin.base import KeysetAdmin
from billing.admin.columns import Chip, Column, all_rows
from billing.admin.organizations import BY_ORGANIZATION, organizations_named
from billing.admin.registry import page
from billing.admin.sections import Facts, Heading, Notice, Section, Verb
from billing.admin.tables import organization_cell
from billing.models import Approval, Organization
from billing.models.approval import ApprovalStatus
from billing.services.guarded import verb_named
from billing.templatetags.parts import NOTHING, age_part, identifier_part, money_part, state_part, time_part
from billing.templatetags.states import approval_state
from billing.templatetags.viewer import Viewer

LIST_ORDER = ("-asked_at", "-id")
OUTCOMES = {
    "approval_stale": "it was not what was asked for any more",
    "stripe_refused": "Stripe refused it",
    "charge_already_refunded": "it had been given back already",
}


def what_cell(row: Any, viewer: Viewer) -> object:
    whom = f" · {row.organization}" if row.organization else ""
    return viewer.link("billing.approval", row.pk, f"{label_of(row)}{whom}")


def asker_cell(row: Any, viewer: Viewer) -> object:
    return format_html('{}<span class="ch-second">{}</span>', row.asker, row.reason)


def part_cell(row: Approval, viewer: Viewer) -> object:
    return part_words(row, viewer)


def _for_me(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    """What the reader may decide; for those who decide nothing, all that is open."""
    return rows.open(now=viewer.now).exclude(asked_by_id=str(viewer.user.pk))  # type: ignore[attr-defined, no-any-return]


def _asked_by_me(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(asked_by_id=str(viewer.user.pk))


def _decided(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.exclude(status=ApprovalStatus.ASKED)


@page(Approval)
class ApprovalAdmin(KeysetAdmin):
    key_field = "public_id"
    order = ("expires_at", "id")
    verb_views = {"approve": ApproveView, "decline": DeclineView}
    search_hint = "Organization or apr_… id"
    empty_words = "Nothing was asked for yet. What moves more than somebody may move alone appears here."
    columns = (
        Column("What and for whom", what_cell),
        Column("State", lambda row, viewer: state_part(approval_state(row, viewer.now)), narrow="head"),
        Column("Amount", lambda row, viewer: money_part(row.amount, row.currency, viewer), True, "own"),
        Column("Asked by, and why", asker_cell, narrow="end"),
        Column("Age", lambda row, viewer: age_part(row.asked_at, viewer)),
        Column("Expires", lambda row, viewer: age_part(row.expires_at, viewer)),
        Column("Your part", part_cell, narrow="end"),
    )
    chips = (
        Chip("for-me", "For me", _for_me, (), "Nobody waits for you."),
        Chip("asked-by-me", "Asked by me", _asked_by_me, LIST_ORDER),
        Chip("decided", "Decided", _decided, LIST_ORDER),
        Chip("all", "All", all_rows, LIST_ORDER),
    )
    filters = (BY_ORGANIZATION,)

    def list_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return super().list_rows(request).select_related("organization")

    def objects(self, request: HttpRequest) -> QuerySet[Any]:
        return super().objects(request).select_related("organization", "command")

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        if term.startswith("apr_"):
            return rows.filter(public_id=term)
        return rows.filter(organization__in=organizations_named(Organization.objects.all(), term))

    def attach(self, rows: list[Any], viewer: Viewer) -> None:
        names = names_of_people(rows)
        for row in rows:
            row.asker = names[(row.asked_by_kind, row.asked_by_id)]
            row.decider = names.get(("staff", row.decided_by_id), "") if row.decided_by_id else ""

    def heading(self, obj: Any, viewer: Viewer) -> Heading:
        self.attach([obj], viewer)
        return Heading(
            f"{title_of(obj, viewer)} · {obj.organization}",
            approval_state(obj, viewer.now),
            whose=organization_cell(obj, viewer),
            identifiers=[identifier_part(obj.public_id)],
            line=[
                ("Asked by", obj.asker),
                ("Asked", age_part(obj.asked_at, viewer)),
                ("Expires", age_part(obj.expires_at, viewer)),
            ],
            notices=_notices(obj, viewer),
            verbs=_verbs(obj, viewer),
        )

    def sections(self, obj: Any, viewer: Viewer) -> list[Section]:
        open_ = obj.is_open(now=viewer.now)
        versions = versions_of(obj, viewer, now=open_ and not verb_named(obj.verb).asks_stripe)
        return [
            versions.section(viewer),
            moments.of_target("approval", obj.public_id, viewer),
            _facts(obj, viewer),
        ]


def names_of_people(rows: Iterable[Approval]) -> dict[tuple[str, str], str]:
    actors = {(row.asked_by_kind, row.asked_by_id) for row in rows}
    return moments.names_of(actors | {("staff", row.decided_by_id) for row in rows if row.decided_by_id})


def _notices(approval: Any, viewer: Viewer) -> list[Notice]:
    if approval.is_open(now=viewer.now):
        mine = is_asker(approval, viewer)
        return [Notice("info", waiting_words(approval, viewer))] if mine else _reason_notice(approval)
    if approval.status == ApprovalStatus.DECLINED:
        return [Notice("care", f"{approval.decider} declined: {approval.decision_reason}")]
    if approval.status == ApprovalStatus.FAILED:
        cause = OUTCOMES.get(approval.outcome, approval.outcome.replace("_", " "))
        return [Notice("bad", f"Nothing was done: {cause}.")]
    if approval.status == ApprovalStatus.APPROVED:
        return [Notice("care", "Approved. Stripe has not answered yet. Nothing is sent twice.")]
    return []


def _reason_notice(approval: Any) -> list[Notice]:
    return [Notice("info", f"{approval.asker}: “{approval.reason}”")]


def _verbs(approval: Approval, viewer: Viewer) -> list[Verb]:
    """What the role never has is not printed; what stands in the way says why."""
    if not viewer.may("billing.decide_approval"):
        return []
    why_not = why_not_decide(approval, viewer)
    if why_not:
        return [Verb("Approve", why_not=why_not)]
    names = [("approve", f"Approve {amount_of(approval, viewer)}", True), ("decline", "Decline", False)]
    return [
        Verb(title, reverse(f"admin:billing_approval_{name}", args=[approval.pk]), primary=primary)
        for name, title, primary in names
    ]


def _facts(approval: Any, viewer: Viewer) -> Facts:
    return Facts(
        "Details",
        [
            ("Reason", approval.reason),
            ("About", _target(approval, viewer)),
            ("Decided by", approval.decider or NOTHING),
            ("Decided", time_part(approval.decided_at, viewer)),
            ("Done", time_part(approval.executed_at, viewer)),
            ("Command", _command(approval, viewer)),
            ("Digest of what was asked", format_html("<code>{}</code>", approval.digest)),
        ],
    )


def _target(approval: Approval, viewer: Viewer) -> object:
    row = verb_named(approval.verb).find(approval.target_id)
    return viewer.link(f"billing.{approval.target_type}", row.pk if row else None, approval.target_id)


def _command(approval: Any, viewer: Viewer) -> object:
    if approval.command is None:
        return NOTHING
    return viewer.link("billing.stripecommand", approval.command.pk, approval.command.public_id)
