"""All, the rest or a part: shown with its effect, done with a reason, over the limit asked of somebody else."""

from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import Client

from audit.actor import SYSTEM
from audit.models import AuditEntry
from billing.models import Approval, Payment, StripeCommand
from billing.services.refunds import refund
from billing.staff import StaffGroup
from tests.admin.addresses import page_of, verb_of
from tests.admin.paid import REASON, a_paid_year, button_of, client_of, hidden, refunds_at, someone
from tests.admin.reading import words
from tests.admin.scene import staff


@pytest.fixture
def scene(committing: str, sandbox: str) -> SimpleNamespace:
    """As somebody of Support, who may give $50.00 back alone."""
    made = a_paid_year(sandbox)
    made.user = staff(StaffGroup.SUPPORT)
    made.client = client_of(made.user)
    return made


def page(scene: SimpleNamespace, amount: str = "", client: Client | None = None) -> HttpResponse:
    query = f"?amount={amount}" if amount else ""
    answer: HttpResponse = (client or scene.client).get(verb_of(scene.payment, "refund") + query)
    return answer


def post(scene: SimpleNamespace, amount: str, **fields: str) -> HttpResponse:
    answer: HttpResponse = scene.client.post(verb_of(scene.payment, "refund") + f"?amount={amount}", fields)
    return answer


def test_a_part_within_the_limit_is_given_back(scene: SimpleNamespace) -> None:
    shown = page(scene, "12.50")
    assert button_of(shown) == "Refund $12.50"
    done = post(scene, "12.50", **hidden(shown), **REASON)
    assert done.status_code == 302
    assert done.url == page_of(scene.payment)  # type: ignore[attr-defined]
    assert refunds_at(scene) == [1250]
    entry = AuditEntry.objects.get(action="refund.requested")
    assert (entry.actor_id, entry.reason) == (str(scene.user.pk), "Paid twice: Paid twice, see NW-0039")
    body = words(scene.client.get(page_of(scene.payment)).content.decode())
    assert "$12.50" in body
    assert "Duplicate" in body


def test_the_page_shows_what_it_does(scene: SimpleNamespace) -> None:
    body = words(page(scene).content.decode())
    total = f"${scene.payment.amount / 100:.2f}"
    assert f"All {total}" in body
    assert f"gets {total} back to Visa ···4242; at most {total} can go back" in body
    for label in ("Invoice or balance", "Next invoice", "Tax", "MRR", "Access and limits", "Mails", "Can be undone no"):
        assert label in body


def test_over_the_limit_it_is_asked_for(scene: SimpleNamespace) -> None:
    shown = page(scene, "50.01")
    assert button_of(shown) == "Ask for approval of $50.01"
    assert "more than you may give back" in shown.content.decode()
    answer = post(scene, "50.01", **hidden(shown), **REASON)
    approval = Approval.objects.get()
    assert answer.url == page_of(approval)  # type: ignore[attr-defined]
    assert (approval.amount, approval.asked_by_id) == (5001, str(scene.user.pk))
    assert refunds_at(scene) == []
    told = words(scene.client.get(page_of(approval)).content.decode())
    assert "Someone else has to approve. Expires in 23 h." in told
    assert "Nothing was done yet" in told
    assert "Approve $" not in told
    assert "Refund $50.01 waits for approval." in words(scene.client.get(page_of(scene.payment)).content.decode())


def test_finance_may_give_more_alone(scene: SimpleNamespace) -> None:
    finance = someone(StaffGroup.FINANCE)
    assert button_of(page(scene, "500.00", finance)) == "Refund $500.00"
    assert button_of(page(scene, "500.01", finance)) == "Ask for approval of $500.01"


def test_what_changed_since_is_shown_side_by_side(scene: SimpleNamespace) -> None:
    shown = hidden(page(scene, "10"))
    refund(payment=scene.payment, amount=100, by=SYSTEM)
    answer = post(scene, "10", **shown, **REASON)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "When shown" in body
    assert "changed" in body
    assert refunds_at(scene) == [100]


@pytest.mark.parametrize("fields", [{}, {"reason_code": "duplicate", "reason": "short"}])
def test_without_a_reason_nothing_happens(scene: SimpleNamespace, fields: dict[str, str]) -> None:
    answer = post(scene, "10", **hidden(page(scene, "10")), **fields)
    assert answer.status_code == 422
    assert 'href="#id_reason"' in answer.content.decode()
    assert refunds_at(scene) == []


def test_the_page_of_another_amount_is_not_taken(scene: SimpleNamespace) -> None:
    shown = hidden(page(scene, "10"))
    assert post(scene, "11", **shown, **REASON).status_code == 409
    assert post(scene, "10", **REASON).status_code == 409
    assert refunds_at(scene) == []


@pytest.mark.parametrize("amount", ["0", "-1", "x", "1.234", "1e3", "NaN", "Infinity", "99999", "1,2,3", "0.001"])
def test_what_is_no_amount_is_said_at_the_field(scene: SimpleNamespace, amount: str) -> None:
    for answer in (page(scene, amount), post(scene, amount, **REASON)):
        assert answer.status_code == 422, amount
        assert 'id="error_amount"' in answer.content.decode()
    assert not StripeCommand.objects.filter(operation="refunds.create").exists()


def test_the_rest_is_offered_and_then_nothing(scene: SimpleNamespace) -> None:
    refund(payment=scene.payment, amount=scene.payment.amount - 4000, by=SYSTEM)
    body = words(page(scene).content.decode())
    assert "Rest $40.00" in body
    refund(payment=scene.payment, amount=4000, by=SYSTEM)
    answer = page(scene)
    assert answer.status_code == 409
    assert "refunded in full" in answer.content.decode()
    assert "Refund: it is refunded in full" in words(scene.client.get(page_of(scene.payment)).content.decode())
    assert post(scene, "1", **REASON).status_code == 409


def test_looking_gives_nothing_back(scene: SimpleNamespace) -> None:
    scene.client.get(verb_of(scene.payment, "refund"), {"amount": "10", **hidden(page(scene, "10")), **REASON})
    assert refunds_at(scene) == []


def test_only_those_who_may(scene: SimpleNamespace) -> None:
    auditor = someone(StaffGroup.AUDITOR)
    address = verb_of(scene.payment, "refund")
    assert auditor.get(address).status_code == auditor.post(address, REASON).status_code == 403
    assert address not in auditor.get(page_of(scene.payment)).content.decode()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff(StaffGroup.FINANCE))
    assert strict.post(address, REASON).status_code == 403


def test_a_disputed_payment_says_why_not(scene: SimpleNamespace) -> None:
    Payment.objects.get().attempts.update(disputed=True)
    assert "the bank decides" in page(scene).content.decode()
