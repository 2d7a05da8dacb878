"""What Stripe said and what we asked of it: the page for the day on which the two do not agree."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from billing.models import StripeCommand, WebhookEvent
from tests.admin.reading import column, facts, heading_of, lines, rows_of, sections_of, viewer, words
from tests.admin.scene import NOW

READER = viewer()
EVERYTHING = SimpleNamespace(is_active=True, has_perm=lambda name: True)
KNOWING = viewer(EVERYTHING)  # type: ignore[arg-type]
DAY = timedelta(days=1)
START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


def line(row: Any) -> dict[str, str]:
    return facts(heading_of(row, READER).line)


def notices(row: Any) -> list[tuple[str, str]]:
    return [(notice.tone, words(notice.text)) for notice in heading_of(row, READER).notices]


def event(**fields: Any) -> WebhookEvent:
    usual = {"stripe_event_id": "evt_1", "event_type": "invoice.paid", "stripe_created_at": NOW, "payload": "{}"}
    return WebhookEvent.objects.create(**{**usual, **fields})


@pytest.mark.parametrize(
    ("fields", "tone", "part"),
    [
        ({"status": "quarantined"}, "bad", "another account, mode or API version"),
        ({"status": "dead", "retry_count": 9, "error_message": "Broken."}, "bad", "tried 9 times"),
        ({"status": "failed", "error_message": "Broken."}, "care", "The last try failed: Broken."),
        ({"status": "failed", "error_code": "TooEarly", "error_message": "x"}, "care", "Came before something"),
        ({"status": "processed", "superseded": True}, "info", "A newer event"),
    ],
)
def test_an_event_says_what_became_of_it(db: None, fields: dict[str, Any], tone: str, part: str) -> None:
    [(shown, text)] = notices(event(**fields))
    assert shown == tone
    assert part in text


def test_a_long_error_is_cut_to_a_line(db: None) -> None:
    [(_tone, text)] = notices(event(status="failed", error_message="e" * 5000))
    assert len(text) < 160
    assert text.endswith("…")


@pytest.mark.parametrize(
    ("payload", "hidden", "kept"),
    [
        ('{"client_secret": "pi_1_secret_2", "id": "pi_1"}', "pi_1_secret_2", "pi_1"),
        ('{"a": [{"card": {"fingerprint": "Xt5E", "last4": "4242"}}]}', "Xt5E", "4242"),
        ('{"Password": "p", "access_token": "tok", "amount": 12}', '"tok"', "12"),
        ('{"token_count": 3}', "[blanked]", "3"),
        ("not json", "not json", "The payload is not JSON."),
    ],
)
def test_the_payload_is_shown_without_its_secrets(db: None, payload: str, hidden: str, kept: str) -> None:
    text = sections_of(event(payload=payload), READER)["Payload"].text
    assert hidden not in text
    assert kept in text


def test_an_events_neighbours_are_those_of_its_object(db: None) -> None:
    row = event(object_id="in_1&view=dead")
    event(stripe_event_id="evt_2", object_id="in_1&view=dead", event_type="invoice.created")
    event(stripe_event_id="evt_3", object_id="in_2")
    rows = rows_of(row, "Events of this object", READER)
    assert sorted(column(rows.table, "Type")) == ["invoice.created", "invoice.paid"]
    assert rows.more == "/admin/billing/webhookevent/?object=in_1%26view%3Ddead"


def test_an_event_about_nothing_has_no_neighbours(db: None) -> None:
    row = event()
    event(stripe_event_id="evt_2")
    assert lines(rows_of(row, "Events of this object", READER).table) == []
    assert heading_of(row, READER).title == "invoice.paid"


def command(status: str, **fields: Any) -> StripeCommand:
    usual = {"operation": "subscriptions.cancel", "idempotency_key": "k", "actor_kind": "system", "actor_id": "system"}
    return StripeCommand.objects.create(**{**usual, "status": status, "created_at": NOW - DAY, **fields})


@pytest.mark.parametrize(
    ("status", "fields", "steps", "refresh"),
    [
        ("pending", {}, [True, None, None, None], 2),
        ("pending", {"attempts": 1}, [True, True, None, None], 2),
        ("unknown", {"attempts": 3}, [True, True, None, None], 2),
        ("failed", {"attempts": 1}, [True, True, False, None], 0),
        ("done", {"attempts": 1, "result_id": "sub_9"}, [True, True, True, None], 0),
        ("done", {"attempts": 1, "result_id": "sub_1"}, [True, True, True, True], 0),
        ("done", {"attempts": 1, "result_id": ""}, [True, True, True, None], 0),
    ],
)
def test_a_command_says_how_far_it_is(
    db: None, status: str, fields: dict[str, Any], steps: list[bool | None], refresh: int
) -> None:
    event(object_id="sub_1", processed_at=NOW, received_at=NOW)
    event(stripe_event_id="evt_0", object_id="", processed_at=NOW, received_at=NOW)
    row = command(status, **fields)
    assert [step.done for step in sections_of(row, READER)["What has happened"].steps] == steps
    assert heading_of(row, READER).refresh_seconds == refresh


def test_an_event_from_before_confirms_nothing(db: None) -> None:
    event(object_id="sub_1", processed_at=NOW, received_at=NOW - 2 * DAY)
    row = command("done", attempts=1, result_id="sub_1")
    assert sections_of(row, READER)["What has happened"].steps[3].done is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"decline_code": "lost_card", "error_message": "Your card was declined."}, "The card was reported lost"),
        ({"error_message": "No such price."}, "No such price."),
    ],
)
def test_a_refusal_is_told_in_words(db: None, fields: dict[str, Any], expected: str) -> None:
    row = command("failed", **fields)
    assert notices(row) == [("bad", f"Stripe refused, and nothing has changed: {expected}")]


def test_without_an_answer_nobody_has_to_wait_at_the_page(db: None) -> None:
    [(tone, text)] = notices(command("unknown", attempts=1))
    assert tone == "care"
    assert "Nothing is sent twice" in text
    assert heading_of(command("done", idempotency_key="k2"), READER).title == "Cancel a subscription · the installation"
