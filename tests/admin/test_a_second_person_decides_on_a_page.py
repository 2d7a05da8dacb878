"""Both versions side by side, then one button: for somebody else than who asked, once, and only as it was shown."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from audit.actor import SYSTEM, Actor, ActorKind
from audit.models import AuditEntry
from billing.models import Approval, StripeCommand
from billing.services.guard import ApprovalNeeded
from billing.services.refunds import refund
from billing.staff import StaffGroup
from tests.admin.addresses import list_of, page_of, verb_of
from tests.admin.paid import a_paid_year, button_of, client_of, hidden, refunds_at, someone
from tests.admin.reading import listed, words
from tests.admin.scene import approval_of, staff

BECAUSE = {"reason_code": "other", "reason": "The second payment was for March"}


@pytest.fixture
def scene(committing: str, sandbox: str) -> SimpleNamespace:
    """Dana of Support asks for $60.00; Lee of Finance may decide."""
    made = a_paid_year(sandbox)
    dana, lee = staff(StaffGroup.SUPPORT, name="Dana"), staff(StaffGroup.FINANCE, name="Lee")
    with pytest.raises(ApprovalNeeded) as needed:
        refund(
            payment=made.payment,
            amount=6000,
            reason="Paid twice: see NW-0039",
            by=Actor(ActorKind.STAFF, str(dana.pk)),
        )
    made.approval, made.dana, made.lee = needed.value.approval, client_of(dana), client_of(lee)
    return made


def shown(scene: SimpleNamespace, client: Client | None = None) -> HttpResponse:
    answer: HttpResponse = (client or scene.lee).get(verb_of(scene.approval, "approve"))
    return answer


def approve(scene: SimpleNamespace, client: Client | None = None, **fields: str) -> HttpResponse:
    answer: HttpResponse = (client or scene.lee).post(
        verb_of(scene.approval, "approve"), {"step": "do", **hidden(shown(scene, client)), **fields}
    )
    return answer


def status(scene: SimpleNamespace) -> str:
    scene.approval.refresh_from_db()
    return str(scene.approval.status)


def test_the_page_says_what_for_whom_and_why(scene: SimpleNamespace) -> None:
    body = words(scene.lee.get(page_of(scene.approval)).content.decode())
    for said in ("Refund $60.00 · Acme", "Waiting", "Dana (staff)", "Paid twice: see NW-0039", "When asked", "Now"):
        assert said in body
    assert body.count("gets $60.00 back to Visa ···4242") == 2
    assert "Approve $60.00" in body


def test_it_is_approved_and_done(scene: SimpleNamespace) -> None:
    assert button_of(shown(scene)) == "Approve and refund $60.00"
    done = approve(scene)
    command = StripeCommand.objects.get(operation="refunds.create")
    assert done.url == page_of(command)  # type: ignore[attr-defined]
    assert (status(scene), refunds_at(scene)) == ("executed", [6000])
    page = words(scene.lee.get(page_of(scene.approval)).content.decode())
    assert "Carried out what was approved: $60.00" in page
    assert "Decided by Lee (staff)" in page


def test_again_is_too_late(scene: SimpleNamespace) -> None:
    seal = hidden(shown(scene))
    approve(scene)
    other = someone(StaffGroup.FINANCE)
    again = other.post(verb_of(scene.approval, "approve"), {"step": "do", **seal})
    assert again.status_code == 409
    assert "decided already" in again.content.decode()
    assert refunds_at(scene) == [6000]
    assert shown(scene).status_code == 409


def test_who_asked_is_not_let(scene: SimpleNamespace) -> None:
    for verb in ("approve", "decline"):
        assert scene.dana.get(verb_of(scene.approval, verb)).status_code == 403  # support decides nothing
    both = staff(StaffGroup.FINANCE, name="Both")
    with pytest.raises(ApprovalNeeded) as needed:
        refund(payment=scene.payment, amount=50_001, reason="Asked by phone", by=Actor(ActorKind.STAFF, str(both.pk)))
    scene.approval, client = needed.value.approval, client_of(both)
    assert shown(scene, client).status_code == 409
    page = words(client.get(page_of(scene.approval)).content.decode())
    assert "Approve: You asked for it: somebody else has to decide." in page
    answer = client.post(verb_of(scene.approval, "approve"), {"step": "do"})
    assert answer.status_code == 403
    assert "You asked for it" in answer.content.decode()
    assert AuditEntry.objects.get(action="approval.refused").after["cause"] == "own_approval"
    assert refunds_at(scene) == []


def test_the_money_effect_changed_after_the_page_was_opened(scene: SimpleNamespace) -> None:
    seal = hidden(shown(scene))
    refund(payment=scene.payment, amount=100, by=SYSTEM)
    answer = scene.lee.post(verb_of(scene.approval, "approve"), {"step": "do", **seal})
    assert answer.status_code == 409
    assert "When shown" in answer.content.decode()
    assert (status(scene), refunds_at(scene)) == ("asked", [100])
    page = words(scene.lee.get(page_of(scene.approval)).content.decode())
    assert "Changed" in page
    assert approve(scene).status_code == 302
    assert sorted(refunds_at(scene)) == [100, 6000]


def test_without_having_been_shown_it_is_not_done(scene: SimpleNamespace) -> None:
    answer = scene.lee.post(verb_of(scene.approval, "approve"), {"step": "do"})
    assert answer.status_code == 409
    assert status(scene) == "asked"


def test_what_cannot_be_done_any_more_has_no_button(scene: SimpleNamespace) -> None:
    refund(payment=scene.payment, amount=scene.payment.amount - 100, by=SYSTEM)
    page = shown(scene)
    assert "It cannot be done any more" in page.content.decode()
    assert "Approve and refund" not in page.content.decode()
    answer = scene.lee.post(verb_of(scene.approval, "approve"), {"step": "do"})
    assert answer.status_code == 409
    assert status(scene) == "failed"
    told = words(scene.lee.get(page_of(scene.approval)).content.decode())
    assert "Nothing was done: it was not what was asked for any more." in told


def test_declined_with_a_reason(scene: SimpleNamespace) -> None:
    address = verb_of(scene.approval, "decline")
    assert button_of(scene.lee.get(address)) == "Decline $60.00"
    assert scene.lee.post(address, {}).status_code == 422
    done = scene.lee.post(address, BECAUSE)
    assert done.url == page_of(scene.approval)
    assert (status(scene), refunds_at(scene)) == ("declined", [])
    told = words(scene.dana.get(page_of(scene.approval)).content.decode())
    assert "Lee (staff) declined: Other: The second payment was for March" in told


def test_looking_decides_nothing(scene: SimpleNamespace) -> None:
    for verb in ("approve", "decline"):
        scene.lee.get(verb_of(scene.approval, verb), {"step": "do", **hidden(shown(scene)), **BECAUSE})
    assert status(scene) == "asked"


def test_after_a_day_it_is_over(scene: SimpleNamespace) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        late = someone(StaffGroup.FINANCE)
        page = words(late.get(page_of(scene.approval)).content.decode())
        assert "Expired" in page
        assert "Approve: It has expired" in page
        assert late.post(verb_of(scene.approval, "approve"), {"step": "do"}).status_code == 409
    assert refunds_at(scene) == []


class TestQueue:
    """What waits for me, what I asked for, what is decided."""

    @pytest.fixture
    def people(self, company: SimpleNamespace) -> Any:
        dana, lee = staff(StaffGroup.SUPPORT, name="Dana"), staff(StaffGroup.FINANCE, name="Lee")
        mine = approval_of(company.settled, 100, asked_by_id=str(lee.pk))
        approval_of(company.settled, 200, asked_by_id=str(dana.pk), asked_at=timezone.now() - timedelta(hours=3))
        Approval.objects.filter(pk=company.approval.pk).update(
            status="declined", decided_by_id=str(lee.pk), decided_at=timezone.now()
        )
        return SimpleNamespace(dana=client_of(dana), lee=client_of(lee), mine=mine)

    def amounts(self, client: Client, view: str) -> list[str]:
        body = client.get(list_of(Approval, view)).content.decode()
        table = body.partition("<tbody>")[2].partition("</tbody>")[0]
        return [amount for amount in ("$1.00", "$2.00", "$940.10") if amount in table]

    def test_each_view_has_its_rows(self, people: Any) -> None:
        assert self.amounts(people.lee, "") == ["$2.00"]
        assert self.amounts(people.lee, "?view=asked-by-me") == ["$1.00"]
        assert self.amounts(people.lee, "?view=decided") == ["$940.10"]
        assert self.amounts(people.lee, "?view=all") == ["$1.00", "$2.00", "$940.10"]
        assert self.amounts(people.dana, "?view=asked-by-me") == ["$2.00"]

    def test_my_part_is_named(self, people: Any) -> None:
        def part(client: Client, view: str) -> str:
            return words(client.get(list_of(Approval, view)).content.decode())

        assert "approve or decline" in part(people.lee, "")
        assert "asked by you" in part(people.lee, "?view=asked-by-me")
        assert "somebody else decides" in part(people.dana, "?view=all")

    def test_an_empty_queue_is_good(self, people: Any) -> None:
        Approval.objects.filter(status="asked").update(status="expired")
        assert "Nobody waits for you." in people.lee.get(list_of(Approval)).content.decode()

    def test_it_is_found_by_id_and_organization(self, people: Any, company: SimpleNamespace) -> None:
        assert len(listed(people.lee, list_of(Approval, f"?q={people.mine.public_id}"))) == 1
        assert len(listed(people.lee, list_of(Approval, "?q=Acme"))) == 3
        found = people.lee.get("/admin/search/", {"s": people.mine.public_id}).content.decode()
        assert page_of(people.mine) in found

    def test_home_counts_what_waits_for_me(self, people: Any) -> None:
        home = words(people.lee.get("/admin/").content.decode())
        assert "Approvals 1 $2.00" in home
        assert "Approvals" not in words(people.dana.get("/admin/").content.decode()).split("Your work")[1][:200]
