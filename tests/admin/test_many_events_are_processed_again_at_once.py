"""A view of the inbox is replayed as one: what it would change is counted first, and what fails again leads back."""

from types import SimpleNamespace

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from billing.admin import replay_many
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import DeadLetter, Organization, Replay, WebhookEvent
from billing.services import replays
from billing.staff import StaffGroup
from tests.admin.addresses import list_of, page_of
from tests.admin.paid import button_of, client_of, hidden
from tests.admin.reading import words
from tests.admin.scene import staff
from tests.inbox.failing import Mood, mood  # noqa: F401 - a fixture
from tests.inbox.webhooks import START, customer, encoded, event

MANY = "/admin/billing/webhookevent/replay-many/"
REASON = {"reason_code": "mended", "reason": "The handler was mended in 1.2"}


@pytest.fixture
def scene(committing: str, mood: Mood) -> SimpleNamespace:  # noqa: F811
    """Three dead events: one would rename its customer, one is of a new customer, one is older than what is here."""
    for number, about in enumerate([customer("cus_1", name="Acme"), customer("cus_2", name="Globex")]):
        receive(encoded(event(f"evt_{number}", about=about, created=START + 10)), now=timezone.now())
    process_due()
    for number, (about, created) in enumerate(
        [
            (customer("cus_1", name="Acme Inc"), START + 20),
            (customer("cus_3", name="Initech"), START + 20),
            (customer("cus_2", name="Old Globex"), START + 5),
        ]
    ):
        receive(encoded(event(f"evt_dead{number}", about=about, created=created)), now=timezone.now())
    dead = WebhookEvent.objects.filter(stripe_event_id__startswith="evt_dead")
    dead.update(status="dead", retry_count=12, error_code="KeyError", error_message="No plan of this name")
    for row in dead:
        DeadLetter.objects.create(event=row, attempts=12, error_code="KeyError", error_message="No plan")
    user = staff(StaffGroup.FINANCE, name="Dana")
    return SimpleNamespace(user=user, client=client_of(user), mood=mood)


def text(answer) -> str:
    return words(answer.content.decode())


def dead() -> int:
    return WebhookEvent.objects.filter(status="dead").count()


def test_the_view_leads_to_it_and_nothing_else_does(scene: SimpleNamespace) -> None:
    assert f"{MANY}?view=dead" in scene.client.get(list_of(WebhookEvent, "?view=dead")).content.decode()
    assert MANY not in scene.client.get(list_of(WebhookEvent, "?view=processed")).content.decode()


def test_what_would_change_is_counted_and_then_done(scene: SimpleNamespace) -> None:
    first = scene.client.get(f"{MANY}?view=dead")
    assert button_of(first) == "Show what would change"
    assert "Chosen: Dead" in text(first)
    shown = scene.client.post(f"{MANY}?view=dead", {"step": "show"})
    body = text(shown)
    assert button_of(shown) == "Replay 3 events"
    assert "Newer than what was applied 2" in body
    assert "Older: only facts are recorded 1" in body
    assert "Stripe calls 0" in body
    assert "Acme Acme Inc" in body
    assert (dead(), Replay.objects.count()) == (3, 0)
    done = scene.client.post(f"{MANY}?view=dead", {**hidden(shown), **REASON})
    replay = Replay.objects.get()
    assert (done.status_code, done.url) == (302, page_of(replay))
    assert "Waiting 3" in text(scene.client.get(page_of(replay)))
    process_due()
    assert set(Organization.objects.values_list("name", flat=True)) == {"Acme Inc", "Globex", "Initech"}
    body = text(scene.client.get(page_of(replay)))
    assert "All of them are processed." in body
    assert "Dana" in body
    assert list(DeadLetter.objects.values_list("status", flat=True)) == ["replayed"] * 3
    logged = AuditEntry.objects.filter(action="webhook.replayed", actor_id=str(scene.user.pk))
    assert {entry.after["replay"] for entry in logged} == {replay.pk}
    assert logged.count() == 3


def test_what_fails_again_leads_back(scene: SimpleNamespace) -> None:
    scene.mood.breaks = lambda event: event.id == "evt_dead1"
    shown = scene.client.post(f"{MANY}?view=dead", {"step": "show"})
    assert "Would fail RuntimeError: cannot handle evt_dead1 (1)" in text(shown)
    scene.client.post(f"{MANY}?view=dead", {**hidden(shown), **REASON})
    process_due()
    replay = Replay.objects.get()
    body = text(scene.client.get(page_of(replay)))
    assert "Retrying 1" in body
    assert "cus_3" in body
    failed = WebhookEvent.objects.get(stripe_event_id="evt_dead1")
    assert page_of(replay) in scene.client.get(page_of(failed)).content.decode()
    assert "customer.updated" in text(scene.client.get(list_of(WebhookEvent, f"?replay={replay.pk}&state=failed")))


def test_other_events_by_now_are_shown_again(scene: SimpleNamespace) -> None:
    shown = scene.client.post(f"{MANY}?view=dead", {"step": "show"})
    WebhookEvent.objects.filter(stripe_event_id="evt_dead1").update(status="ignored", processed_at=timezone.now())
    answer = scene.client.post(f"{MANY}?view=dead", {**hidden(shown), **REASON})
    assert answer.status_code == 409
    assert "Other events fit now" in text(answer)
    assert button_of(answer) == "Replay 2 events"
    assert (dead(), Replay.objects.count()) == (2, 0)


def test_without_a_reason_nothing_is_done(scene: SimpleNamespace) -> None:
    shown = scene.client.post(f"{MANY}?view=dead", {"step": "show"})
    assert scene.client.post(f"{MANY}?view=dead", {**hidden(shown), "reason": "x"}).status_code == 422
    assert dead() == 3


def test_a_view_of_nothing_and_one_of_too_much_say_so(scene: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No event of this view waits" in text(scene.client.get(f"{MANY}?view=quarantined"))
    assert scene.client.post(f"{MANY}?view=quarantined", {"step": "show"}).status_code == 409
    monkeypatch.setattr(replay_many, "MOST", 2)
    assert "Narrow the list" in text(scene.client.get(f"{MANY}?view=dead"))
    assert scene.client.post(f"{MANY}?view=dead", REASON).status_code == 409
    assert dead() == 3


def test_auditors_cannot(scene: SimpleNamespace) -> None:
    client = client_of(staff(StaffGroup.AUDITOR))
    assert client.get(f"{MANY}?view=dead").status_code == 403
    assert client.post(f"{MANY}?view=dead", REASON).status_code == 403


def test_all_are_due_or_none(scene: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replays, "record_all", lambda entries: 1 / 0)
    shown = scene.client.post(f"{MANY}?view=dead", {"step": "show"})
    with pytest.raises(ZeroDivisionError):
        scene.client.post(f"{MANY}?view=dead", {**hidden(shown), **REASON})
    assert (dead(), Replay.objects.count()) == (3, 0)
    assert DeadLetter.objects.filter(status="open").count() == 3
