"""The forecast is what happens, and making it changes nothing."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import AuditEntry
from billing.inbox.dry_run import forecast
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import Organization, Replay, StripeObject, SubscriptionChange, WebhookEvent
from tests.inbox.failing import Mood, mood  # noqa: F401 - a fixture
from tests.inbox.webhooks import START, customer, encoded, event

pytestmark = [pytest.mark.usefixtures("committing"), pytest.mark.filterwarnings("ignore")]


def stored(event_id, at=0, status="dead", **about):
    receive(encoded(event(event_id, about=customer("cus_1", **about), created=START + at)), now=timezone.now())
    WebhookEvent.objects.filter(stripe_event_id=event_id).update(status=status)
    return WebhookEvent.objects.get(stripe_event_id=event_id)


def everything():
    tables = (WebhookEvent, Organization, StripeObject, SubscriptionChange, AuditEntry)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.fixture
def known():
    """A customer that is here."""
    receive(encoded(event("evt_0", about=customer("cus_1", name="Acme"))), now=timezone.now())
    process_due()


def test_a_newer_event_shows_its_fields_and_nothing_is_written(known):
    newer = stored("evt_1", at=5, name="Acme Inc", balance=-500)
    before = everything()
    told = forecast([newer])
    assert everything() == before
    shown = {one.field: (one.before, one.after) for one in told.changes}
    assert shown == {"name": ("Acme", "Acme Inc"), "balance": (0, -500)}
    assert told.verdicts == {"evt_1": "newer"}
    assert told.effects == [("organization.changed", "cus_1")]


def test_the_forecast_is_what_then_happens(known):
    newer = stored("evt_1", at=5, name="Acme Inc", balance=-500)
    told = forecast([newer])
    WebhookEvent.objects.filter(pk=newer.pk).update(status="received")
    process_due()
    organization = Organization.objects.get()
    assert {one.field: one.after for one in told.changes} == {
        "name": organization.name,
        "balance": organization.balance,
    }


def test_an_older_event_would_change_nothing(known):
    assert forecast([stored("evt_1", at=-5, name="Old")]).changes == []
    assert forecast([WebhookEvent.objects.get(stripe_event_id="evt_1")]).verdicts == {"evt_1": "older"}


def test_a_tie_is_left_to_stripe_and_nobody_asks_it(known):
    told = forecast([stored("evt_1", at=0, name="Same second")])
    assert (told.verdicts, told.changes, told.stripe_calls) == ({"evt_1": "ask Stripe"}, [], 1)


def test_an_event_that_would_fail_says_so(known, mood: Mood):  # noqa: F811
    mood.breaks = lambda event: True
    told = forecast([stored("evt_1", at=5)])
    assert told.verdicts == {"evt_1": "RuntimeError: cannot handle evt_1"}
    assert told.changes == []


def replay(*arguments):
    out = StringIO()
    call_command("replay_webhooks", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_command_shows_first_and_then_does(known):
    stored("evt_1", at=5, name="Acme Inc")
    stored("evt_2", at=6, name="Acme Ltd")
    shown = replay("--dry-run")
    assert (shown["events"], shown["stripe_calls"]) == ({"newer": 2}, 0)
    assert ["billing.Organization", "cus_1", "name", "Acme", "Acme Ltd"] in shown["fields"]
    assert set(WebhookEvent.objects.values_list("status", flat=True)) == {"processed", "dead"}
    assert replay("--reason", "Mended") == {"replay": Replay.objects.get().pk, "due": 2, "done_already": 0}
    process_due()
    assert Organization.objects.get().name == "Acme Ltd"


def test_the_command_chooses_by_its_filters(known):
    for number, status in enumerate(("dead", "quarantined", "ignored", "failed")):
        stored(f"evt_{number + 1}", at=number + 5, status=status)
    moment = (timezone.now() + timedelta(minutes=1)).isoformat()
    assert replay("--dry-run")["events"] == {"newer": 1}
    assert replay("--dry-run", "--status", "dead", "--status", "ignored")["events"] == {"newer": 2}
    assert replay("--dry-run", "evt_2", "evt_4")["events"] == {"newer": 2}
    assert replay("--dry-run", "--type", "customer.*", "--object", "cus_1")["events"] == {"newer": 1}
    for nothing in (["--type", "invoice.*"], ["--object", "cus_2"], ["--since", moment], ["--until", "2020-01-01"]):
        with pytest.raises(CommandError, match="No event fits"):
            replay("--dry-run", *nothing)


def test_the_command_wants_a_reason(known):
    stored("evt_1", at=5)
    with pytest.raises(CommandError, match="--reason"):
        replay()
    assert WebhookEvent.objects.get(stripe_event_id="evt_1").status == "dead"


def test_the_command_gives_up_for_good(known):
    stored("evt_1", at=5)
    assert replay("--discard", "--reason", "A test customer") == {"discarded": 1}
    assert WebhookEvent.objects.get(stripe_event_id="evt_1").status == "ignored"
