"""Who may decide what somebody else asks for, and whether it is still what was asked for."""

from datetime import datetime

from django.db.models import Q

from audit.actor import Actor, ActorKind
from audit.models import AuditEntry
from billing.domain.limits import as_high
from billing.models import ApiKey, Approval, User
from billing.models.approval import ApprovalStatus
from billing.services.errors import Cannot
from billing.services.guarded import GuardedVerb, MoneyEffect
from billing.services.limits import limits_of, limits_of_person

DECIDE = "billing.decide_approval"
MADE = ("api_key.issued", "api_key.rotated")


class MayNotDecide(Cannot):
    """This person, or program, may not decide it; others may."""

    code = "may_not_decide"
    status = 403


class CannotDecide(Cannot):
    """There is nothing left to decide, or it is not what was asked for any more."""

    code = "cannot_decide"


def why_not(approval: Approval, verb: GuardedVerb, by: Actor, now: datetime) -> Cannot | None:
    """Why `by` may not decide it at this moment; None where nothing stands in the way."""
    return _not_this_person(approval, verb, by) or _not_open(approval, now)


def _not_this_person(approval: Approval, verb: GuardedVerb, by: Actor) -> MayNotDecide | None:
    if by.id == approval.asked_by_id:
        return MayNotDecide("You asked for it: somebody else has to decide.", code="own_approval")
    if approval.asked_by_kind == ActorKind.API_KEY and _held(approval.asked_by_id, by):
        return MayNotDecide("You made the key that asked for it: somebody else has to decide.", code="own_approval")
    user = User.objects.filter(pk=by.id, is_active=True, is_staff=True).first() if by.kind == ActorKind.STAFF else None
    if user is None:
        return MayNotDecide("Approvals are decided by members of staff, not by keys.", code="people_only")
    missing = [permission for permission in (DECIDE, verb.permission) if not user.has_perm(permission)]
    if missing:
        return MayNotDecide(f"This needs the permission {missing[0]}.", code="staff_permission_missing")
    asker = limits_of(Actor(ActorKind(approval.asked_by_kind), approval.asked_by_id)) or {}
    if not as_high(limits_of_person(user), asker, approval.currency):
        return MayNotDecide("Your limit is lower than that of who asked.", code="limit_too_low")
    return None


def _held(key_id: str, by: Actor) -> bool:
    """Whether this person issued the key, or rotated one of its line, and so saw a secret of it. The log knows."""
    key = ApiKey.objects.filter(public_id=key_id).first()
    if key is None:
        return False
    line = ApiKey.objects.filter(Q(family=key.line) | Q(public_id=key.line)).values_list("public_id", flat=True)
    made = AuditEntry.objects.filter(target_type="api_key", target_id__in=list(line), action__in=MADE)
    return made.filter(actor_kind=by.kind, actor_id=by.id).exists()


def _not_open(approval: Approval, now: datetime) -> CannotDecide | None:
    if approval.is_open(now=now):
        return None
    if approval.status in (ApprovalStatus.ASKED, ApprovalStatus.EXPIRED):
        return CannotDecide("It has expired; it has to be asked for again.", code="approval_expired")
    return CannotDecide(f"It has been decided already: {approval.status}.", code="approval_closed")


def why_stale(approval: Approval, effect: MoneyEffect | Cannot | None) -> CannotDecide | None:
    """Whether the row, or what it is about, is not what was asked for any more. `effect` is that of now, the reason
    why there is none, or None where the object itself is gone."""
    if approval.digest != approval.digest_now(amount=approval.amount, currency=approval.currency):
        return _stale("What was asked for was changed afterwards.")
    if effect is None:
        return _stale("What it was about is gone.")
    if isinstance(effect, Cannot):
        return _stale(f"It cannot be done any more: {effect.detail}")
    if (effect.amount, effect.currency) != (approval.amount, approval.currency):
        return _stale("It would move another amount than was asked for.")
    return None


def _stale(detail: str) -> CannotDecide:
    return CannotDecide(f"{detail} Nothing was done; ask again if it is still wanted.", code="approval_stale")
