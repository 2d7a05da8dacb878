"""The database may go between the event's commit and the look at who is to be woken: the answer is that of an event
that is stored."""

import pytest
from django.db import OperationalError

from billing.inbox import receive
from billing.models import WebhookEvent
from tests.inbox.webhooks import deliver_signed, encoded, event


@pytest.mark.usefixtures("committing")
def test_the_answer_is_200(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def gone(row_id: int, now: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(receive, "_wake", gone)
    assert deliver_signed(encoded(event())).status_code == 200
    assert WebhookEvent.objects.get().status == "received"
    assert "server closed the connection" in caplog.text
