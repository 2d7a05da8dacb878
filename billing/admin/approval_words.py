"""An approval in words: what and for whom, whose turn it is, and what was shown beside what is true now."""

from dataclasses import dataclass, field

from audit.actor import Actor, ActorKind
from billing.admin.columns import Column, make_table
from billing.admin.effect_words import rows_of
from billing.admin.effects import Difference, EffectRow, paired
from billing.admin.sections import Notice, Versions
from billing.admin.verbs import approval_page
from billing.models import Approval
from billing.services.approval_rules import why_not
from billing.services.approvals import effect_now
from billing.services.errors import Cannot
from billing.services.guarded import GuardedVerb, MoneyEffect, UnknownVerb, verb_named
from billing.templatetags.formats import age_text, money_text, span_text, time_text
from billing.templatetags.parts import NOTHING, state_part
from billing.templatetags.states import State, Tone
from billing.templatetags.viewer import Viewer

CHANGED = State("Changed", Tone.CARE)


def label_of(approval: Approval) -> str:
    """The verb's name; the stored one of a verb that is registered no more."""
    try:
        return verb_named(approval.verb).label
    except UnknownVerb:
        return approval.verb


def title_of(approval: Approval, viewer: Viewer) -> str:
    return f"{label_of(approval)} {amount_of(approval, viewer)}"


def amount_of(approval: Approval, viewer: Viewer) -> str:
    return money_text(approval.amount, approval.currency, viewer.locale)


def is_asker(approval: Approval, viewer: Viewer) -> bool:
    return (approval.asked_by_kind, approval.asked_by_id) == (ActorKind.STAFF, str(getattr(viewer.user, "pk", "")))


def reader(viewer: Viewer) -> Actor:
    return Actor(ActorKind.STAFF, str(viewer.user.pk))


def why_not_decide(approval: Approval, viewer: Viewer) -> str:
    """Why the reader cannot decide it; empty where he can."""
    refusal = why_not(approval, verb_named(approval.verb), reader(viewer), viewer.now)
    return refusal.detail if refusal else ""


def part_words(approval: Approval, viewer: Viewer) -> str:
    """The reader's part in it, from what the page knows already: no query for each row of a list."""
    if is_asker(approval, viewer):
        return "asked by you"
    if not approval.is_open(now=viewer.now):
        return "none"
    verb = verb_named(approval.verb)
    may = viewer.may("billing.decide_approval") and viewer.may(verb.permission)
    return "approve or decline" if may else "somebody else decides"


def question_words(approval: Approval, asker: str, viewer: Viewer) -> str:
    """Who asked, when, why, and until when it can be decided."""
    asked, expires = (age_text(moment, viewer.now) for moment in (approval.asked_at, approval.expires_at))
    deadline = time_text(approval.expires_at, viewer.zone, viewer.locale)
    return f"{asker} asked {asked}: “{approval.reason}” Expires {expires}, {deadline}."


def waiting_words(approval: Approval, viewer: Viewer) -> str:
    left = span_text((approval.expires_at - viewer.now).total_seconds())
    return f"Someone else has to approve. Expires in {left}."


@dataclass(frozen=True, slots=True)
class Compared:
    """The effect when it was asked for and now. `rows` are those of now, empty where they were not computed;
    `problem` is why it cannot be done any more."""

    differences: list[Difference]
    rows: list[EffectRow] = field(default_factory=list)
    problem: str = ""

    def section(self, viewer: Viewer) -> Versions:
        columns = COLUMNS if self.rows else COLUMNS[:2]
        return Versions("What it does", make_table("What it does", columns, self.differences, viewer))


def _now_cell(row: Difference, viewer: Viewer) -> object:
    return row.now or NOTHING


COLUMNS = (
    Column("Effect", lambda row, viewer: row.label),
    Column("When asked", lambda row, viewer: row.shown, narrow="own"),
    Column("Now", _now_cell, narrow="own"),
    Column("", lambda row, viewer: state_part(CHANGED) if row.differs else "", narrow="end"),
)


def versions_of(approval: Approval, viewer: Viewer, *, now: bool) -> Compared:
    """Both versions; without `now` only what was asked. Raises StripeUnavailable where Stripe has to compute it."""
    verb = verb_named(approval.verb)
    then = _rows(verb, approval, MoneyEffect(approval.amount, approval.currency, approval.facts), viewer)
    if not now:
        return Compared([Difference(row.label, row.text, row.text) for row in then])
    effect = effect_now(approval)
    if effect is None or isinstance(effect, Cannot):
        problem = effect.detail if effect else "What it was about is gone."
        return Compared([Difference(row.label, row.text, row.text) for row in then], problem=problem)
    rows = _rows(verb, approval, effect, viewer)
    return Compared(paired([[row.label, row.text] for row in then], rows), rows)


def _rows(verb: GuardedVerb, approval: Approval, effect: MoneyEffect, viewer: Viewer) -> list[EffectRow]:
    return rows_of(verb.name, verb.find(approval.target_id), approval.parameters, effect, viewer)


def open_approvals(verb: GuardedVerb, row: object, viewer: Viewer) -> list[Notice]:
    """What waits for somebody's decision about this row, with the way to it."""
    waiting = Approval.objects.open(now=viewer.now).about(verb.target_of(row)).order_by("id")[:3]
    return [
        Notice(
            "care",
            f"{title_of(each, viewer)} waits for approval.",
            approval_page(each) if viewer.may("billing.view_approval") else "",
            "See what was asked",
        )
        for each in waiting
    ]
