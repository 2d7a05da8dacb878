"""S1.20: a test webhook from the command line and from the admin goes the whole way, and says where it got stuck."""

import json
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEntry
from billing.models import WebhookEvent
from billing.staff import StaffGroup
from tests.admin.paid import client_of
from tests.admin.reading import words
from tests.admin.scene import staff
from tests.e2e.serving import served

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def web(committing: str) -> Iterator[str]:
    """The address of a web server on the test's own database."""
    with served() as port:
        yield f"http://127.0.0.1:{port}"


def send(*arguments: str) -> dict:
    out = StringIO()
    call_command("send_test_webhook", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_command_follows_it_to_its_end(web: str) -> None:
    told = send("--url", web, "--process")
    assert (told["answer"], told["status"]) == (200, "processed")
    row = WebhookEvent.objects.get()
    assert (row.stripe_event_id, row.status) == (told["event"], "processed")
    assert AuditEntry.objects.get(action="webhook.tested").target_id == told["event"]


def test_without_a_worker_it_says_so(web: str) -> None:
    with pytest.raises(CommandError, match=r"is received after 0\.5 s\. Is a worker running\?"):
        send("--url", web, "--wait", "0.5")


def test_a_wrong_secret_is_named(web: str, settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = [""]
    with pytest.raises(CommandError, match="No signing secret is set"):
        send("--url", web)
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("url", ["ftp://localhost", "localhost:8000", "http://127.0.0.1:9"])
def test_an_address_where_nobody_answers_is_named(committing: str, url: str) -> None:
    with pytest.raises(CommandError, match=r"no http address|could not be reached: .* --url names another"):
        send("--url", url)


def test_staff_send_one_from_the_inbox(web: str) -> None:
    client = client_of(staff(StaffGroup.FINANCE))
    host = web.removeprefix("http://")
    assert "Send test webhook" in client.get("/admin/billing/webhookevent/").content.decode()
    answer = client.post("/admin/billing/webhookevent/send-test/", headers={"host": host})
    row = WebhookEvent.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/admin/billing/webhookevent/{row.pk}/change/")
    assert "countinghouse.test_webhook" in words(client.get(answer.url).content.decode())
