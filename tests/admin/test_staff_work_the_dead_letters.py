"""Dead letters are a queue: what processing would change is shown, then a person decides, with a reason."""

from types import SimpleNamespace

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import DeadLetter, Organization, WebhookEvent
from billing.staff import StaffGroup
from tests.admin.addresses import list_of, page_of, verb_of
from tests.admin.paid import button_of, client_of, hidden
from tests.admin.reading import words
from tests.admin.scene import staff
from tests.inbox.webhooks import START, customer, encoded, event

REASON = {"reason_code": "mended", "reason": "The handler was mended in 1.2"}


@pytest.fixture
def scene(committing: str) -> SimpleNamespace:
    """A customer that is here, and a dead event that would rename it; somebody of Finance looks."""
    receive(encoded(event("evt_0", about=customer("cus_1", name="Acme"))), now=timezone.now())
    process_due()
    newer = event("evt_1", about=customer("cus_1", name="Acme Inc", balance=-500), created=START + 5)
    receive(encoded(newer), now=timezone.now())
    WebhookEvent.objects.filter(stripe_event_id="evt_1").update(status="dead", error_message="No plan of this name")
    row = WebhookEvent.objects.get(stripe_event_id="evt_1")
    letter = DeadLetter.objects.create(event=row, attempts=12, error_code="KeyError", error_message="No plan")
    user = staff(StaffGroup.FINANCE, name="Dana")
    return SimpleNamespace(event=row, letter=letter, user=user, client=client_of(user))


def text(answer) -> str:
    return words(answer.content.decode())


def test_the_queue_says_what_why_and_whose(scene: SimpleNamespace) -> None:
    body = text(scene.client.get(list_of(DeadLetter)))
    for part in ("customer.updated", "cus_1", "No plan", "12"):
        assert part in body


def test_what_would_change_is_shown_and_then_done(scene: SimpleNamespace) -> None:
    address = verb_of(scene.letter, "replay")
    first = scene.client.get(address)
    assert button_of(first) == "Show what would change"
    shown = scene.client.post(address, {"step": "show"})
    body = text(shown)
    assert button_of(shown) == "Replay: 2 fields"
    assert "It is newer than what was applied" in body
    assert "Acme Acme Inc" in body
    assert "organization.changed (cus_1)" in body
    assert Organization.objects.get().name == "Acme"
    done = scene.client.post(address, {**hidden(shown), **REASON})
    assert (done.status_code, done.url) == (302, page_of(scene.letter))
    process_due()
    assert Organization.objects.get().name == "Acme Inc"
    entry = AuditEntry.objects.get(action="webhook.replayed")
    assert (entry.actor_id, entry.reason) == (str(scene.user.pk), "The cause is mended: The handler was mended in 1.2")
    scene.letter.refresh_from_db()
    assert scene.letter.status == "replayed"


def test_without_a_reason_nothing_is_done(scene: SimpleNamespace) -> None:
    address = verb_of(scene.event, "replay")
    shown = scene.client.post(address, {"step": "show"})
    assert scene.client.post(address, {**hidden(shown), "reason_code": "", "reason": "x"}).status_code == 422
    scene.event.refresh_from_db()
    assert scene.event.status == "dead"


def test_what_changed_after_it_was_shown_is_shown_again(scene: SimpleNamespace) -> None:
    address = verb_of(scene.event, "replay")
    shown = scene.client.post(address, {"step": "show"})
    newest = event("evt_2", about=customer("cus_1", name="Acme Ltd"), created=START + 50)
    receive(encoded(newest), now=timezone.now())
    process_due()
    answer = scene.client.post(address, {**hidden(shown), **REASON})
    assert answer.status_code == 409
    assert "What processing would change is another now." in text(answer)
    scene.event.refresh_from_db()
    assert scene.event.status == "dead"


def test_it_is_discarded_with_a_reason(scene: SimpleNamespace) -> None:
    answer = scene.client.post(verb_of(scene.letter, "discard"), {**REASON, "reason_code": "test"})
    assert answer.status_code == 302
    scene.event.refresh_from_db()
    scene.letter.refresh_from_db()
    assert (scene.event.status, scene.letter.status) == ("ignored", "discarded")
    assert scene.client.get(verb_of(scene.letter, "discard")).status_code == 409


def test_somebody_takes_it_and_puts_it_off(scene: SimpleNamespace) -> None:
    scene.client.post(verb_of(scene.letter, "take"))
    assert "evt_1" in text(scene.client.get(page_of(scene.letter)))
    assert "customer.updated" in text(scene.client.get(list_of(DeadLetter, "?view=mine")))
    answer = scene.client.post(verb_of(scene.letter, "snooze"), {**REASON, "reason_code": "other", "days": "3"})
    assert answer.status_code == 302
    assert "No event waits for a person." in text(scene.client.get(list_of(DeadLetter)))
    assert "Put off" in text(scene.client.get(list_of(DeadLetter, "?view=snoozed")))
    scene.letter.refresh_from_db()
    assert scene.letter.owner == scene.user
    assert (scene.letter.snoozed_until - timezone.now()).days == 2


def test_auditors_look_and_do_nothing(scene: SimpleNamespace) -> None:
    client = client_of(staff(StaffGroup.AUDITOR))
    assert client.get(page_of(scene.letter)).status_code == 200
    for verb in ("replay", "discard", "take", "snooze"):
        assert client.post(verb_of(scene.letter, verb), REASON).status_code == 403
    assert client.post("/admin/billing/webhookevent/send-test/").status_code == 403
