"""Above the inbox stands what came in, what waits and what may be done; it looks again until somebody pauses it."""

from types import SimpleNamespace

from django.test import Client

from billing.models import Invoice, WebhookEvent
from billing.templatetags.spark import HEIGHT, columns_part
from tests.admin.addresses import list_of
from tests.admin.reading import words


def test_the_head_counts_what_came_and_what_waits(admin: Client, company: SimpleNamespace) -> None:
    WebhookEvent.objects.update(received_at=WebhookEvent.objects.latest("received_at").received_at)
    body = words(admin.get(list_of(WebhookEvent)).content.decode())
    for part in ("Received in the last hour 1", "Of these processed 0.0 %", "Oldest due nothing is due", "Dead 1"):
        assert part in body


def test_an_empty_inbox_divides_by_nothing(admin: Client) -> None:
    body = words(admin.get(list_of(WebhookEvent)).content.decode())
    assert "Received in the last hour 0" in body


def test_it_looks_again_on_its_newest_page_alone(admin: Client, company: SimpleNamespace) -> None:
    assert 'data-refresh="10"' in admin.get(list_of(WebhookEvent)).content.decode()
    assert "data-refresh" not in admin.get(list_of(WebhookEvent, "?at=x")).content.decode()
    assert "data-refresh" not in admin.get(list_of(Invoice)).content.decode()


def test_the_drawing_shows_every_minute_that_had_something() -> None:
    drawn = str(columns_part([0, 1, 1000]))
    assert drawn.count("<rect") == 2
    assert f'height="{HEIGHT}"' in drawn
    assert 'y="22"' in drawn  # one among a thousand can still be seen


def test_a_quiet_hour_is_drawn_empty() -> None:
    assert "<rect" not in str(columns_part([0] * 60))
