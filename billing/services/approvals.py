"""A second person decides: ask, approve, decline. What nobody decides expires.

An approval is bound to verb, object, parameters, amount and currency. What it would do is computed again before it is
done; where that is not what was asked for, nothing is done and the approval ends.
"""

from datetime import datetime

from django.db import transaction

from audit.actor import Actor
from audit.context import acting
from billing.models import Approval, StripeCommand
from billing.models.approval import LIFE, ApprovalStatus
from billing.services import commands
from billing.services.approval_log import note, note_refusal
from billing.services.approval_rules import why_not, why_stale
from billing.services.approval_sweep import expire, settle
from billing.services.errors import Cannot, StripeUnavailable
from billing.services.guarded import GuardedVerb, MoneyEffect, Parameters, verb_named


class CannotAsk(Cannot):
    """The question cannot be put."""

    code = "cannot_ask"


def ask(
    *,
    verb: GuardedVerb,
    target: object,
    parameters: Parameters,
    effect: MoneyEffect,
    reason: str,
    by: Actor,
    now: datetime,
) -> Approval:
    """Put the question, in the caller's transaction, which holds the lock of the target's row. The same question of
    the same person is one. Raises CannotAsk."""
    if not reason.strip():
        raise CannotAsk("This needs approval, and so a reason.", code="reason_required")
    asked = Approval(
        organization_id=getattr(target, "organization_id", None),
        verb=verb.name,
        target_type=verb.target_of(target)[0],
        target_id=verb.target_of(target)[1],
        parameters=dict(parameters),
        amount=effect.amount,
        currency=effect.currency,
        facts=effect.facts,
        reason=reason,
        asked_by_kind=by.kind,
        asked_by_id=by.id,
        asked_at=now,
        expires_at=now + LIFE,
    )
    asked.digest = asked.digest_now(amount=effect.amount, currency=effect.currency)
    before = _open_one(asked, now)
    if before is None:
        asked.save(force_insert=True)
        note(asked, "asked", reason=reason, digest=asked.digest)
        return asked
    if before.asked_by_id != by.id:
        raise CannotAsk(f"Somebody else has asked for this already: {before}.", code="already_asked")
    return before


def _open_one(asked: Approval, now: datetime) -> Approval | None:
    """The same question, still open; one whose time is over ends here."""
    same = Approval.objects.about(asked.target).filter(
        verb=asked.verb, digest=asked.digest, status=ApprovalStatus.ASKED
    )
    before = same.select_for_update().first()
    if before is not None and not before.is_open(now=now):
        expire(before)
        return None
    return before


def approve(*, approval: Approval, by: Actor, now: datetime) -> Approval:
    """Approve what somebody else asks for, and do it: once, whoever else decides at the same moment.

    Raises MayNotDecide (403), CannotDecide (409: closed, expired, stale), StripeUnavailable where the effect has to be
    computed by Stripe, and PaymentDeclined, StripeRefused or OutcomeUnknown where it was approved and Stripe did not do
    it.
    """
    verb = verb_named(approval.verb)
    with acting(by):
        _check(approval, verb, by, now)
        outcome = _grant(approval, verb, effect_now(approval), by, now)
        if isinstance(outcome, Cannot):
            raise outcome
        if outcome is not None:
            _run(approval, outcome)
    approval.refresh_from_db()
    return approval


def decline(*, approval: Approval, reason: str, by: Actor, now: datetime) -> Approval:
    """Refuse what somebody else asks for. Raises MayNotDecide, CannotDecide."""
    verb = verb_named(approval.verb)
    with acting(by):
        _check(approval, verb, by, now)
        refusal = _decline(approval, verb, reason, by, now)
        if refusal is not None:
            raise refusal
    approval.refresh_from_db()
    return approval


def effect_now(approval: Approval) -> MoneyEffect | Cannot | None:
    """What it would move now, or why it cannot be done; None where the object is gone. Raises StripeUnavailable."""
    verb = verb_named(approval.verb)
    target = verb.find(approval.target_id)
    if target is None:
        return None
    try:
        return verb.effect(target, approval.parameters)
    except StripeUnavailable:
        raise
    except Cannot as refusal:
        return refusal


def _check(approval: Approval, verb: GuardedVerb, by: Actor, now: datetime) -> None:
    """Refuse early: a stranger does not make us ask Stripe. Looked at again under the lock."""
    with transaction.atomic():
        row = _locked(approval)
        refusal = why_not(row, verb, by, now)
        if refusal is not None:
            note_refusal(row, refusal, by)
    if refusal is not None:
        raise refusal


@transaction.atomic
def _grant(
    approval: Approval, verb: GuardedVerb, effect: MoneyEffect | Cannot | None, by: Actor, now: datetime
) -> StripeCommand | Cannot | None:
    """The decision and the command, in one transaction: neither is ever there without the other. Refusals are returned,
    for what the log says of them has to be committed."""
    row = _locked(approval)
    refusal = why_not(row, verb, by, now)
    if refusal is not None:
        note_refusal(row, refusal, by)
        return refusal
    stale = why_stale(row, effect)
    if stale is not None:
        return _end(row, stale, by, now)
    try:
        with transaction.atomic():
            target = verb.lock(verb.find(row.target_id))
            command = verb.store(target, row.parameters, reason=row.reason, by=by, approval=row.public_id)
    except StripeUnavailable:  # nothing was decided: the question stays open
        raise
    except Cannot as changed:  # between the computation and the lock
        return _end(row, changed, by, now)
    row.step(ApprovalStatus.APPROVED, decided_by_id=by.id, decided_at=now, command=command)
    note(row, "approved", reason=row.reason)
    if command is None:
        row.step(ApprovalStatus.EXECUTED, executed_at=now)
        note(row, "executed")
    return command


def _end(row: Approval, cause: Cannot, by: Actor, now: datetime) -> Cannot:
    row.step(ApprovalStatus.FAILED, decided_by_id=by.id, decided_at=now, outcome=cause.code)
    note(row, "failed", cause=cause.code)
    return cause


@transaction.atomic
def _decline(approval: Approval, verb: GuardedVerb, reason: str, by: Actor, now: datetime) -> Cannot | None:
    row = _locked(approval)
    refusal = why_not(row, verb, by, now)
    if refusal is not None:
        note_refusal(row, refusal, by)
        return refusal
    row.step(ApprovalStatus.DECLINED, decided_by_id=by.id, decided_at=now, decision_reason=reason)
    note(row, "declined", reason=reason)
    return None


def _run(approval: Approval, command: StripeCommand) -> None:
    """Ask Stripe; where it does not answer, the sweep settles the approval once the command's outcome is known."""
    try:
        commands.run(command)
    except Cannot:
        settle(approval)
        raise
    settle(approval)


def _locked(approval: Approval) -> Approval:
    return Approval.objects.select_for_update().get(pk=approval.pk)
