"""Over the limit nothing is sent: somebody else has to approve it, and then it is done once."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from audit.actor import SYSTEM, Actor, ActorKind
from audit.models import AuditEntry
from billing.gateway.client import ask
from billing.models import ApiKey, Approval, Organization, Payment, Refund, StripeCommand, User
from billing.services import subscriptions
from billing.services.api_keys import issue, rotate
from billing.services.approval_sweep import sweep
from billing.services.approvals import CannotAsk, approve, decline
from billing.services.errors import Cannot
from billing.services.refunds import refund
from billing.staff import StaffGroup
from tests.admin.scene import staff
from tests.factories import api_key
from tests.models.wrong_rows import MAKERS
from tests.services.one_account import Shared
from tests.services.refunding import REASON, actor_of, asked, causes_of, payment_of, person, steps_of

BIG, SMALL = 6000, 4000


@pytest.fixture
def paid(customer: Organization) -> Payment:
    """$790.00 by card, for a year."""
    started = subscriptions.start(
        organization=customer, plan_code="premium", interval="year", payment_method="pm_card_visa", by=SYSTEM
    )
    return payment_of(started)


@pytest.fixture
def dana(db: None) -> Actor:
    """Support: up to $50.00 alone."""
    return person(StaffGroup.SUPPORT)


@pytest.fixture
def lee(db: None) -> Actor:
    """Finance: up to $500.00 alone, and decides for others."""
    return person(StaffGroup.FINANCE)


@pytest.fixture
def approval(paid: Payment, dana: Actor) -> Approval:
    return asked(paid, BIG, dana)


def decided(approval: Approval, by: Actor) -> Approval:
    return approve(approval=approval, by=by, now=timezone.now())


def refused(approval: Approval, by: Actor) -> Cannot:
    """The refusal; and nothing was sent."""
    with pytest.raises(Cannot) as refusal:
        decided(approval, by)
    assert not StripeCommand.objects.filter(operation="refunds.create").exists()
    return refusal.value


def test_up_to_the_limit_one_person_is_enough(paid: Payment, dana: Actor) -> None:
    assert refund(payment=paid, amount=5000, reason=REASON, by=dana).amount == 5000
    assert not Approval.objects.exists()


def test_over_it_nothing_is_sent(shared: Shared, paid: Payment, dana: Actor) -> None:
    approval = asked(paid, BIG, dana)
    assert (approval.status, approval.amount, approval.currency) == ("asked", BIG, "usd")
    assert (approval.asked_by_kind, approval.asked_by_id, approval.reason) == ("staff", dana.id, REASON)
    assert approval.target == ("payment", paid.stripe_id)
    assert approval.expires_at - approval.asked_at == timedelta(hours=24)
    assert not StripeCommand.objects.filter(operation="refunds.create").exists()
    assert steps_of(approval) == ["asked"]


def test_somebody_else_approves_and_it_is_done(shared: Shared, paid: Payment, approval: Approval, lee: Actor) -> None:
    done = decided(approval, lee)
    made = Refund.objects.get()
    assert (done.status, done.decided_by_id, done.outcome) == ("executed", lee.id, made.stripe_id)
    assert done.executed_at
    assert (made.amount, made.payment_id) == (BIG, paid.stripe_id)
    assert steps_of(approval) == ["asked", "approved", "executed"]
    entry = AuditEntry.objects.get(action="refund.requested")
    assert (entry.actor_id, entry.reason, entry.after["approval"]) == (lee.id, REASON, approval.public_id)


def test_the_sum_of_parts_counts(paid: Payment, dana: Actor) -> None:
    """Else a hundred would go back in two halves."""
    refund(payment=paid, amount=SMALL, reason=REASON, by=dana)
    assert asked(paid, 1001, dana).amount == 1001
    assert refund(payment=paid, amount=1000, reason=REASON, by=dana)


def test_what_was_approved_does_not_count(paid: Payment, dana: Actor, lee: Actor) -> None:
    decided(asked(paid, BIG, dana), lee)
    assert refund(payment=paid, amount=1900, reason=REASON, by=dana)


def test_ones_own_is_never_approved(approval: Approval, dana: Actor) -> None:
    refusal = refused(approval, dana)
    assert (refusal.status, refusal.code) == (403, "own_approval")
    assert causes_of(approval) == ["own_approval"]


def test_not_even_with_every_right(paid: Payment) -> None:
    chief = person(None, is_superuser=True)
    assert refused(asked(paid, 60_000, chief), chief).code == "own_approval"


@pytest.mark.parametrize("group", [StaffGroup.SUPPORT, StaffGroup.AUDITOR, None])
def test_the_right_to_decide_is_needed(approval: Approval, group: StaffGroup | None) -> None:
    assert refused(approval, person(group)).code == "staff_permission_missing"


def test_the_right_to_the_verb_is_needed_too(approval: Approval) -> None:
    user = staff()
    user.user_permissions.set(Permission.objects.filter(codename__in=["decide_approval", "view_approval"]))
    assert refused(approval, actor_of(user)).code == "staff_permission_missing"


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_staff": False}])
def test_whoever_left_decides_nothing(approval: Approval, lee: Actor, fields: dict[str, bool]) -> None:
    User.objects.filter(pk=lee.id).update(**fields)
    assert refused(approval, lee).code == "people_only"


def test_keys_and_the_system_decide_nothing(approval: Approval) -> None:
    for by in (SYSTEM, Actor(ActorKind.API_KEY, "key_1"), Actor(ActorKind.USER, "999999")):
        assert refused(approval, by).code == "people_only"


def test_a_lower_limit_than_the_askers_is_not_enough(paid: Payment, lee: Actor, settings: object) -> None:
    settings.APPROVAL_LIMIT_SUPERADMIN = {"usd": 70_000}  # type: ignore[attr-defined]
    chief = person(StaffGroup.SUPERADMIN)
    settings.APPROVAL_LIMIT_FINANCE = {"usd": 5000}  # type: ignore[attr-defined]
    settings.APPROVAL_LIMIT_SUPERADMIN = {"usd": 5001}  # type: ignore[attr-defined]
    approval = asked(paid, BIG, chief)
    assert refused(approval, lee).code == "limit_too_low"
    assert decided(approval, person(StaffGroup.SUPERADMIN)).status == "executed"


def test_a_currency_without_a_limit_always_needs_two(paid: Payment, lee: Actor, settings: object) -> None:
    settings.APPROVAL_LIMIT_FINANCE = {"eur": 50_000}  # type: ignore[attr-defined]
    assert asked(paid, 1, lee).amount == 1


def test_an_executed_one_is_not_done_again(shared: Shared, approval: Approval, lee: Actor) -> None:
    decided(approval, lee)
    for by in (lee, person(StaffGroup.FINANCE)):
        with pytest.raises(Cannot) as refusal:
            decided(approval, by)
        assert (refusal.value.status, refusal.value.code) == (409, "approval_closed")
    assert Refund.objects.count() == StripeCommand.objects.filter(operation="refunds.create").count() == 1
    assert steps_of(approval) == ["asked", "approved", "executed", "refused", "refused"]


def test_trying_again_and_again_fills_no_log(approval: Approval, dana: Actor) -> None:
    for _ in range(3):
        refused(approval, dana)
    assert steps_of(approval) == ["asked", "refused"]


def test_declined_is_declined(approval: Approval, lee: Actor) -> None:
    done = decline(approval=approval, reason="It was not paid twice", by=lee, now=timezone.now())
    assert (done.status, done.decision_reason, done.decided_by_id) == ("declined", "It was not paid twice", lee.id)
    assert refused(approval, person(StaffGroup.FINANCE)).code == "approval_closed"
    assert steps_of(approval) == ["asked", "declined", "refused"]


def test_nobody_declines_his_own(approval: Approval, dana: Actor) -> None:
    with pytest.raises(Cannot) as refusal:
        decline(approval=approval, reason="Changed my mind", by=dana, now=timezone.now())
    assert refusal.value.code == "own_approval"


def test_the_same_question_is_put_once(paid: Payment, dana: Actor, approval: Approval) -> None:
    assert asked(paid, BIG, dana).pk == approval.pk
    with pytest.raises(CannotAsk) as refusal:
        refund(payment=paid, amount=BIG, reason=REASON, by=person(StaffGroup.SUPPORT))
    assert refusal.value.code == "already_asked"
    assert asked(paid, BIG + 1, dana).pk != approval.pk
    assert steps_of(approval) == ["asked"]


def test_without_a_reason_it_is_not_asked(paid: Payment, dana: Actor) -> None:
    with pytest.raises(CannotAsk) as refusal:
        refund(payment=paid, amount=BIG, reason="  ", by=dana)
    assert refusal.value.code == "reason_required"


def test_a_key_of_the_installation_has_a_limit_too(paid: Payment, lee: Actor, settings: object) -> None:
    settings.APPROVAL_LIMIT_API = {"usd": 5000}  # type: ignore[attr-defined]
    api_key(None)
    key = Actor(ActorKind.API_KEY, ApiKey.objects.get().public_id)
    assert refund(payment=paid, amount=1000, reason=REASON, by=key)
    approval = asked(paid, 5000, key)
    assert approval.asked_by_kind == "api_key"
    assert decided(approval, lee).status == "executed"


@pytest.mark.parametrize("rotated", [False, True])
def test_whoever_made_the_key_does_not_approve_what_it_asks(
    paid: Payment, dana: Actor, lee: Actor, settings: object, rotated: bool
) -> None:
    settings.APPROVAL_LIMIT_API = {"usd": 5000}  # type: ignore[attr-defined]
    other = person(StaffGroup.FINANCE)
    key = issue(organization=None, name="Back office", scopes=["billing:write"], by=dana if rotated else lee).key
    if rotated:
        key = rotate(key=key, now=timezone.now(), by=lee).key
    approval = asked(paid, BIG, Actor(ActorKind.API_KEY, key.public_id))
    assert refused(approval, lee).code == "own_approval"
    assert decided(approval, other).status == "executed"


def test_a_key_that_nobody_knows_may_do_nothing_alone(paid: Payment) -> None:
    assert asked(paid, 1, Actor(ActorKind.API_KEY, "key_unknown")).amount == 1


def test_the_system_has_none(paid: Payment) -> None:
    assert refund(payment=paid, amount=79_000, by=SYSTEM).amount == 79_000


class TestExpiry:
    def test_after_a_day_nobody_can_approve(self, approval: Approval, lee: Actor) -> None:
        late = approval.expires_at
        with pytest.raises(Cannot) as refusal:
            approve(approval=approval, by=lee, now=late)
        assert refusal.value.code == "approval_expired"
        assert causes_of(approval) == ["approval_expired"]

    def test_a_second_before_it_can_be(self, approval: Approval, lee: Actor) -> None:
        just = approval.expires_at - timedelta(seconds=1)
        assert approve(approval=approval, by=lee, now=just).status == "executed"

    def test_it_can_be_asked_for_again(self, paid: Payment, dana: Actor, approval: Approval) -> None:
        assert sweep(now=approval.expires_at) == 1
        approval.refresh_from_db()
        assert approval.status == "expired"
        assert asked(paid, BIG, dana).pk != approval.pk
        assert steps_of(approval) == ["asked", "expired"]


class TestStale:
    """What is true when it is approved has to be what was asked for."""

    def test_part_of_it_was_given_back_meanwhile(self, paid: Payment, approval: Approval, lee: Actor) -> None:
        MAKERS["Refund"](organization=paid.organization, payment=paid, amount=75_000, status="succeeded")
        assert refused(approval, lee).code == "approval_stale"
        approval.refresh_from_db()
        assert (approval.status, approval.outcome) == ("failed", "approval_stale")
        assert steps_of(approval) == ["asked", "failed"]

    def test_the_payment_is_disputed_now(self, paid: Payment, approval: Approval, lee: Actor) -> None:
        paid.attempts.create(
            stripe_id="ch_disputed", organization=paid.organization, status="succeeded", amount=1, currency="usd",
            disputed=True, created_at=timezone.now(),
        )  # fmt: skip
        assert refused(approval, lee).code == "approval_stale"

    def test_the_currency_is_another(self, paid: Payment, approval: Approval, lee: Actor) -> None:
        Payment.objects.filter(pk=paid.pk).update(currency="eur")
        assert refused(approval, lee).code == "approval_stale"

    def test_the_payment_is_gone(self, paid: Payment, approval: Approval, lee: Actor) -> None:
        Payment.objects.filter(pk=paid.pk).delete()
        assert refused(approval, lee).code == "approval_stale"

    def test_it_ends_there_and_may_be_asked_for_again(self, paid: Payment, approval: Approval, lee: Actor) -> None:
        Payment.objects.filter(pk=paid.pk).update(status="processing")
        refused(approval, lee)
        Payment.objects.filter(pk=paid.pk).update(status="succeeded")
        assert refused(approval, lee).code == "approval_closed"


def test_what_stripe_refuses_is_failed(shared: Shared, paid: Payment, approval: Approval, lee: Actor) -> None:
    ask("post", "/v1/refunds", {"payment_intent": paid.stripe_id, "amount": 75_000}, operation="by hand")
    with pytest.raises(Cannot):
        decided(approval, lee)
    approval.refresh_from_db()
    assert (approval.status, approval.executed_at) == ("failed", None)
    assert approval.outcome
    assert steps_of(approval) == ["asked", "approved", "failed"]
