"""A verb that comes later registers; limits, approval, once and the log are then not its business."""

from typing import Any

import pytest
from django.utils import timezone

from audit.actor import SYSTEM, Actor
from billing.models import Approval, Organization
from billing.services import guarded as registry
from billing.services.approvals import approve
from billing.services.guard import ApprovalNeeded, act
from billing.services.guarded import GuardedVerb, MoneyEffect, Parameters, UnknownVerb, all_verbs, guarded, verb_named
from billing.services.limits import limits_of
from billing.staff import StaffGroup
from tests.factories import OrganizationFactory
from tests.services.refunding import person, steps_of

pytestmark = pytest.mark.django_db


def _effect(organization: Organization, parameters: Parameters) -> MoneyEffect:
    return MoneyEffect(parameters["amount"], organization.currency)


def _store(organization: Organization, parameters: Parameters, *, reason: str, by: Actor, approval: str) -> None:
    """Asks nothing of Stripe: what it does is done when the transaction ends."""
    organization.name = f"{parameters['name']} {approval}".strip()
    organization.save(update_fields=["name"])


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> GuardedVerb:
    monkeypatch.setattr(registry, "_verbs", dict(all_verbs()))
    return guarded(
        GuardedVerb(
            name="organization.write_off",
            label="Write off",
            permission="billing.refund_payment",
            model=Organization,
            effect=_effect,
            store=_store,
            key="public_id",
        )
    )


def do(verb: GuardedVerb, amount: int, by: Actor) -> Organization:
    organization: Organization = OrganizationFactory(name="Before")
    act(verb, target=organization, parameters={"amount": amount, "name": "After"}, reason="Agreed", by=by)
    organization.refresh_from_db()
    return organization


def test_within_the_limit_it_is_done(verb: GuardedVerb) -> None:
    assert do(verb, 5000, person(StaffGroup.SUPPORT)).name == "After"


def test_what_moves_no_money_needs_nobody(verb: GuardedVerb) -> None:
    assert do(verb, 0, person(None)).name == "After"


def test_over_it_somebody_approves_and_it_is_done(verb: GuardedVerb) -> None:
    with pytest.raises(ApprovalNeeded) as needed:
        do(verb, 5001, person(StaffGroup.SUPPORT))
    approval = needed.value.approval
    assert Organization.objects.get().name == "Before"
    done = approve(approval=approval, by=person(StaffGroup.FINANCE), now=timezone.now())
    assert (done.status, done.command) == ("executed", None)
    assert Organization.objects.get().name == f"After {approval.public_id}"
    assert steps_of(approval) == ["asked", "approved", "executed"]


def test_verbs_are_found_by_name(verb: GuardedVerb) -> None:
    assert verb_named("organization.write_off") is verb
    with pytest.raises(UnknownVerb):
        verb_named("organization.unknown")


def test_those_of_today_are_registered() -> None:
    from billing.services import refunds, subscriptions

    today = {refunds.REFUND.name, subscriptions.CHANGE_PLAN.name, subscriptions.CANCEL.name}
    assert today <= set(all_verbs())


@pytest.mark.parametrize(
    ("group", "fields", "expected"),
    [
        (StaffGroup.SUPPORT, {}, 1),
        (StaffGroup.FINANCE, {}, 2),
        (StaffGroup.SUPERADMIN, {}, 3),
        (StaffGroup.AUDITOR, {}, None),
        (None, {}, None),
        (None, {"is_superuser": True}, 3),
        (StaffGroup.SUPPORT, {"is_superuser": True}, 3),
    ],
)
def test_each_group_has_its_limit(
    settings: Any, group: StaffGroup | None, fields: dict[str, Any], expected: int | None
) -> None:
    for number, name in enumerate(("SUPPORT", "FINANCE", "SUPERADMIN"), 1):
        setattr(settings, f"APPROVAL_LIMIT_{name}", {"usd": number})
    assert limits_of(person(group, **fields)) == ({} if expected is None else {"usd": expected})


def test_whoever_has_no_limit_has_none() -> None:
    assert limits_of(SYSTEM) is None
    assert not Approval.objects.exists()
