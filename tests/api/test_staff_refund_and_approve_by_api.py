"""Refunds and decisions by program and by person: who may, how much alone, and each once."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import AuditEntry
from billing.domain.scopes import OF_AN_ORGANIZATION, Scope
from billing.models import Approval, Membership, Payment, StripeCommand
from billing.services.resuming import resume_due
from billing.staff import StaffGroup
from tests.admin.paid import a_paid_year, refunds_at
from tests.admin.scene import staff
from tests.api.calls import Api, problem
from tests.api.test_every_route_answers_with_its_shape import check
from tests.factories import OrganizationFactory, UserFactory, api_key
from tests.services.scenes import break_next

REASON = "Paid twice, ticket 4711"


@pytest.fixture
def scene(committing: str, sandbox: str) -> SimpleNamespace:
    made = a_paid_year(sandbox)
    made.named = {"X-Organization": made.organization.public_id}
    made.program = Api(api_key(None, *Scope), **made.named)
    made.route = f"billing/payments/{made.payment.stripe_id}/refunds"
    return made


def person(group: StaffGroup | None, **fields: Any) -> Api:
    """A member of staff with a login token, as a program of his own would sign in."""
    user = staff(group, **fields)
    answer = Client().post(
        "/api/v1/auth/login",
        {"email": user.email, "password": "correct horse battery staple"},
        content_type="application/json",
    )
    return Api(answer.json()["token"])


def usd(amount: int) -> dict[str, Any]:
    return {"amount": {"amount": amount, "currency": "usd"}, "reason": REASON}


def asked(scene: SimpleNamespace, amount: int = 60_000) -> str:
    answer = scene.program.post(scene.route, usd(amount))
    assert answer.status_code == 202
    return str(answer.json()["approval"]["id"])


def test_a_program_refunds_within_its_limit(scene: SimpleNamespace) -> None:
    answer = scene.program.post(scene.route, {**usd(1250), "reason_code": "duplicate"})
    assert answer.status_code == 201
    body = check("billing/payments/{payment_id}/refunds", answer.json(), "post", "201")
    assert body["amount"] == {"amount": 1250, "currency": "usd"}
    assert (body["payment"], body["status"], body["reason_code"]) == (scene.payment.stripe_id, "succeeded", "duplicate")
    assert refunds_at(scene) == [1250]
    entry = AuditEntry.objects.get(action="refund.requested")
    assert (entry.actor_kind, entry.reason) == ("api_key", REASON)


def test_without_an_amount_the_rest_goes_back(scene: SimpleNamespace, settings: Any) -> None:
    settings.APPROVAL_LIMIT_API = {"usd": 100_000}
    scene.program.post(scene.route, usd(1000))
    rest = scene.program.post(scene.route, {"reason": REASON}).json()["amount"]["amount"]
    assert rest == scene.payment.amount - 1000


def test_the_same_key_gives_it_back_once(scene: SimpleNamespace) -> None:
    first = scene.program.post(scene.route, usd(1250), Idempotency_Key="k-1")
    again = scene.program.post(scene.route, usd(1250), Idempotency_Key="k-1")
    assert (again.status_code, again.json(), again["Idempotent-Replayed"]) == (201, first.json(), "true")
    assert refunds_at(scene) == [1250]


def test_a_silent_stripe_is_202_and_the_key_tells_later(scene: SimpleNamespace) -> None:
    break_next(scene.sandbox, "POST /v1/refunds", "drop_response")
    answer = scene.program.post(scene.route, usd(1250), Idempotency_Key="k-2")
    assert answer.status_code == 202
    assert answer.json()["command"]["operation"] == "refunds.create"
    resume_due(now=timezone.now() + timedelta(hours=1))
    later = scene.program.post(scene.route, usd(1250), Idempotency_Key="k-2")
    assert (later.status_code, later.json()["amount"]["amount"]) == (201, 1250)
    assert refunds_at(scene) == [1250]


def test_over_the_limit_it_waits(scene: SimpleNamespace) -> None:
    answer = scene.program.post(scene.route, usd(60_000), Idempotency_Key="k-3")
    assert answer.status_code == 202
    body = check("billing/payments/{payment_id}/refunds", answer.json(), "post", "202")["approval"]
    assert (body["status"], body["verb"], body["amount"]["amount"]) == ("asked", "payment.refund", 60_000)
    assert body["target"] == {"type": "payment", "id": scene.payment.stripe_id}
    assert body["asked_by"]["kind"] == "api_key"
    assert body["organization"] == scene.organization.public_id
    again = scene.program.post(scene.route, usd(60_000), Idempotency_Key="k-3")
    assert (again.status_code, again["Idempotent-Replayed"]) == (202, "true")
    assert Approval.objects.count() == 1
    assert refunds_at(scene) == []


def test_a_person_approves_it(scene: SimpleNamespace) -> None:
    approval = asked(scene)
    lee = person(StaffGroup.FINANCE)
    (listed,) = check("approvals", lee.get("approvals?status=asked").json())["data"]
    assert listed == check("approvals/{approval_id}", lee.get(f"approvals/{approval}").json())
    done = lee.post(f"approvals/{approval}/approve", Idempotency_Key="k-4")
    assert done.status_code == 200
    body = check("approvals/{approval_id}/approve", done.json(), "post")
    assert body["status"] == "executed"
    assert refunds_at(scene) == [60_000]
    replayed = lee.post(f"approvals/{approval}/approve", Idempotency_Key="k-4")
    assert (replayed.status_code, replayed.json()) == (200, body)
    problem(lee.post(f"approvals/{approval}/approve"), 409, "approval_closed")
    assert refunds_at(scene) == [60_000]


def test_a_person_declines_it(scene: SimpleNamespace) -> None:
    approval, lee = asked(scene), person(StaffGroup.FINANCE)
    problem(lee.post(f"approvals/{approval}/decline", {"reason": "no"}), 400, "validation_error")
    body = check(
        "approvals/{approval_id}/decline",
        lee.post(f"approvals/{approval}/decline", {"reason": "It was paid once"}).json(),
        "post",
    )
    assert (body["status"], body["decision_reason"]) == ("declined", "It was paid once")
    problem(lee.post(f"approvals/{approval}/approve"), 409, "approval_closed")


def test_ones_own_is_refused_and_audited(scene: SimpleNamespace) -> None:
    lee = person(StaffGroup.FINANCE)
    approval = lee.post(scene.route, usd(60_000)).json()["approval"]["id"]
    problem(lee.post(f"approvals/{approval}/approve"), 403, "own_approval")
    assert AuditEntry.objects.get(action="approval.refused").after["cause"] == "own_approval"
    assert person(StaffGroup.FINANCE).post(f"approvals/{approval}/approve").status_code == 200
    assert refunds_at(scene) == [60_000]


def test_keys_decide_nothing(scene: SimpleNamespace) -> None:
    approval = asked(scene)
    own = Api(api_key(scene.organization, *OF_AN_ORGANIZATION))
    for key in (scene.program, own):
        for verb in ("approve", "decline"):
            problem(key.post(f"approvals/{approval}/{verb}", {"reason": "a" * 10}), 403, "people_only")
    problem(Api().post(f"approvals/{approval}/approve"), 401, "authentication_required")
    assert Approval.objects.get().status == "asked"


@pytest.mark.parametrize("group", [StaffGroup.SUPPORT, StaffGroup.AUDITOR, None])
def test_without_the_right_nobody_decides(scene: SimpleNamespace, group: StaffGroup | None) -> None:
    approval = asked(scene)
    problem(person(group).post(f"approvals/{approval}/approve"), 403, "staff_permission_missing")


def test_customers_neither_refund_nor_see(scene: SimpleNamespace) -> None:
    approval = asked(scene)
    member = UserFactory()
    Membership.objects.create(organization=scene.organization, user=member, role="owner")
    owner = Client()
    owner.force_login(member)
    session = Api()
    session.client = owner
    for caller in (Api(api_key(scene.organization, *OF_AN_ORGANIZATION)), session):
        problem(caller.get("approvals"), 403, "staff_only")
        problem(caller.get(f"approvals/{approval}"), 403, "staff_only")
        refused = caller.post(scene.route, usd(100))
        assert refused.status_code == 403
    assert refunds_at(scene) == []


def test_a_key_names_whose_money_it_is(scene: SimpleNamespace) -> None:
    unnamed = Api(api_key(None, *Scope))
    problem(unnamed.post(scene.route, usd(100)), 400, "organization_required")
    other = {"X-Organization": OrganizationFactory().public_id}
    problem(unnamed.post(scene.route, usd(100), X_Organization=other["X-Organization"]), 404, "not_found")
    problem(scene.program.post("billing/payments/pi_unknown/refunds", usd(100)), 404, "not_found")
    problem(Api(api_key(None, "billing:read"), **scene.named).post(scene.route, usd(100)), 403, "missing_scope")
    assert not StripeCommand.objects.filter(operation="refunds.create").exists()


def test_what_cannot_be_refunded_says_why(scene: SimpleNamespace) -> None:
    problem(scene.program.post(scene.route, usd(scene.payment.amount + 1)), 409, "amount_too_large")
    euros = {"amount": {"amount": 100, "currency": "eur"}, "reason": REASON}
    problem(scene.program.post(scene.route, euros), 409, "currency_mismatch")
    for wrong in ({"amount": 100}, {**usd(0)}, {**usd(-1)}, {"amount": {"amount": 1}}, {**usd(1), "reason": "short"}):
        problem(scene.program.post(scene.route, {"reason": REASON, **wrong}), 400, "validation_error")
    Payment.objects.update(status="processing")
    problem(scene.program.post(scene.route, usd(100)), 409, "not_succeeded")


def test_a_change_of_plan_over_the_limit_waits_too(scene: SimpleNamespace, settings: Any) -> None:
    settings.APPROVAL_LIMIT_API = {"usd": 100}
    body = {"plan_id": "enterprise", "interval": "year", "reason": "Agreed with sales"}
    answer = scene.program.put("billing/subscription", body)
    assert answer.status_code == 202, answer.content
    approval = answer.json()["approval"]
    assert (approval["verb"], approval["status"]) == ("subscription.change_plan", "asked")
    done = person(StaffGroup.FINANCE).post(f"approvals/{approval['id']}/approve")
    assert (done.status_code, done.json()["status"]) == (200, "executed"), done.content
    shown = scene.program.get("billing/subscription").json()
    assert shown["plan"]["id"] == "enterprise"
    own = Api(api_key(scene.organization, *OF_AN_ORGANIZATION))
    assert own.put("billing/subscription", {"plan_id": "premium", "interval": "year"}).status_code == 200
