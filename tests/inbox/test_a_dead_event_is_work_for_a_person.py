"""A dead event has a letter with reason and owner, until somebody replays or discards it. Rows F13 and F14."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audit.actor import Actor, ActorKind
from audit.models import AuditEntry
from billing.domain.retry import MAX_ATTEMPTS
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import DeadLetter, Organization, WebhookAttempt, WebhookEvent
from billing.services import letters, replays
from tests.factories import UserFactory
from tests.inbox.failing import Mood, mood  # noqa: F401 - a fixture
from tests.inbox.webhooks import customer, encoded, event

pytestmark = [pytest.mark.usefixtures("committing"), pytest.mark.filterwarnings("ignore")]
DANA = Actor(ActorKind.STAFF, "7")


@pytest.fixture
def dead(mood: Mood) -> WebhookEvent:  # noqa: F811
    """An event that failed as often as it may; from now on its handler works."""
    mood.breaks = lambda event: True
    receive(encoded(event("evt_1", about=customer("cus_1", name="Acme"))), now=timezone.now())
    now = timezone.now()
    for _ in range(MAX_ATTEMPTS):
        process_due(now=now)
        now += timedelta(hours=25)
    mood.breaks = lambda event: False
    return WebhookEvent.objects.get()


def entries(action):
    return AuditEntry.objects.filter(action=action).count()


def test_its_letter_says_why_and_what_was_tried(dead: WebhookEvent):
    letter = DeadLetter.objects.get()
    assert (dead.status, letter.status, letter.attempts) == ("dead", "open", MAX_ATTEMPTS)
    assert (letter.error_code, letter.error_message) == ("RuntimeError", "cannot handle evt_1")
    assert list(WebhookAttempt.objects.values_list("outcome", flat=True)) == ["failed"] * MAX_ATTEMPTS
    assert entries("webhook.died") == 1
    assert process_due(now=timezone.now() + timedelta(days=400)).processed == 0


def test_a_replay_has_its_effect_once_and_closes_the_letter(dead: WebhookEvent):
    replays.replay(event=dead, reason="The handler is mended", by=DANA)
    assert process_due().succeeded == 1
    dead.refresh_from_db()
    letter = DeadLetter.objects.get()
    assert (dead.status, letter.status, letter.closed_by_id) == ("processed", "replayed", "7")
    assert letter.close_reason == "The handler is mended"
    assert Organization.objects.get(stripe_customer_id="cus_1").name == "Acme"
    assert AuditEntry.objects.filter(target_id="handled evt_1").count() == 1
    assert entries("webhook.replayed") == 1
    assert WebhookAttempt.objects.order_by("-id").first().outcome == "failed"  # its attempts began anew


def test_two_at_once_replay_it_once_and_both_are_in_the_log(dead: WebhookEvent):
    """Row F14."""
    barrier, refused = Barrier(2), []

    def act(number):
        try:
            barrier.wait(60)
            replays.replay(event=dead, reason="The handler is mended", by=Actor(ActorKind.STAFF, str(number)))
        except replays.CannotReplay:
            refused.append(number)
        finally:
            connection.close()

    threads = [Thread(target=act, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert process_due().succeeded == 1
    assert AuditEntry.objects.filter(target_id="handled evt_1").count() == 1
    assert (entries("webhook.replayed"), refused) == (2, [])
    assert DeadLetter.objects.filter(status="replayed").count() == 1


def test_what_was_processed_is_not_replayed(dead: WebhookEvent):
    replays.replay(event=dead, reason="The handler is mended", by=DANA)
    process_due()
    with pytest.raises(replays.CannotReplay, match="would change nothing"):
        replays.replay(event=dead, reason="Once more", by=DANA)
    assert entries("webhook.replayed") == 1


def test_what_dies_again_has_a_letter_of_its_own(dead: WebhookEvent, mood: Mood):  # noqa: F811
    replays.replay(event=dead, reason="Perhaps now", by=DANA)
    mood.breaks = lambda event: True
    now = timezone.now()
    for _ in range(MAX_ATTEMPTS):
        process_due(now=now)
        now += timedelta(hours=25)
    assert list(DeadLetter.objects.order_by("id").values_list("status", flat=True)) == ["replayed", "open"]


def test_what_is_discarded_stays_with_its_payload_and_may_come_back(dead: WebhookEvent):
    replays.discard(event=dead, reason="A test customer", by=DANA)
    dead.refresh_from_db()
    assert (dead.status, DeadLetter.objects.get().status) == ("ignored", "discarded")
    assert "Acme" in dead.payload
    assert process_due(now=timezone.now() + timedelta(days=1)).processed == 0
    replays.replay(event=dead, reason="It mattered after all", by=DANA)
    process_due()
    dead.refresh_from_db()
    assert dead.status == "processed"


def test_somebody_takes_it_and_puts_it_off(dead: WebhookEvent):
    letter, dana = DeadLetter.objects.get(), UserFactory()
    letters.take(letter=letter, owner=dana, by=DANA)
    until = timezone.now() + timedelta(days=2)
    letters.snooze(letter=letter, until=until, reason="Stripe support answers on Friday", by=DANA)
    letter.refresh_from_db()
    assert (letter.owner, letter.snoozed_until) == (dana, until)
    with pytest.raises(letters.CannotTake, match="still to come"):
        letters.snooze(letter=letter, until=timezone.now(), reason="x", by=DANA)
    replays.discard(event=dead, reason="A test customer", by=DANA)
    with pytest.raises(letters.CannotTake, match="nothing left to do"):
        letters.take(letter=letter, owner=dana, by=DANA)


def test_operators_see_it_by_sql(dead: WebhookEvent):
    with connection.cursor() as cursor:
        cursor.execute("SELECT stripe_event_id, retry_count, error_code FROM webhook_dead_letter_queue")
        assert cursor.fetchall() == [("evt_1", MAX_ATTEMPTS, "RuntimeError")]
        for view in ("stripe_webhook_events", "webhook_events"):
            cursor.execute(f"SELECT stripe_event_id, event_type, status, retry_count, processed FROM {view}")
            assert cursor.fetchall() == [("evt_1", "customer.updated", "dead", MAX_ATTEMPTS, False)]


def test_an_event_with_a_letter_is_not_deleted_and_has_one_open_letter(dead: WebhookEvent):
    with pytest.raises(IntegrityError, match="dead_letter_one_open"), transaction.atomic():
        DeadLetter.objects.create(event=dead, attempts=1, error_code="x")
    with pytest.raises(Exception, match="protected"):
        dead.delete()
