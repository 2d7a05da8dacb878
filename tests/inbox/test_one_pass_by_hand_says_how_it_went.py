"""`process_webhooks`: 0 all succeeded, 2 some failed, 1 the job itself failed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from billing.inbox.receive import receive
from billing.models import WebhookEvent
from tests.inbox.failing import Mood, mood  # noqa: F401 - a fixture
from tests.inbox.webhooks import START, customer, encoded, event

pytestmark = [pytest.mark.usefixtures("committing"), pytest.mark.filterwarnings("ignore")]


def give(count: int = 3) -> None:
    for number in range(count):
        one = event(f"evt_{number}", about=customer(f"cus_{number}"), created=START + number)
        receive(encoded(one), now=timezone.now())


def one_pass(*words: str) -> tuple[int, str]:
    """Exit status and output."""
    out = StringIO()
    try:
        call_command("process_webhooks", *words, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_all_succeeded() -> None:
    give()
    assert one_pass() == (0, "processed: 3, succeeded: 3, failed: 0\n")


def test_nothing_to_do_is_a_success() -> None:
    status, words = one_pass("--json")
    assert (status, json.loads(words)) == (0, {"processed": 0, "succeeded": 0, "failed": 0})


def test_some_failed(mood: Mood) -> None:  # noqa: F811
    mood.breaks = lambda event: event.id == "evt_1"
    give()
    status, words = one_pass("--json")
    assert (status, json.loads(words)) == (2, {"processed": 3, "succeeded": 2, "failed": 1})


def test_only_so_many() -> None:
    give(5)
    assert one_pass("--limit", "2")[0] == 0
    assert WebhookEvent.objects.filter(status="processed").count() == 2


@pytest.mark.parametrize(("reachable", "status"), [(True, 0), (False, 1)])
def test_as_a_job(database_urls: Callable[[str], str], reachable: bool, status: int) -> None:
    give(1)
    url = database_urls("app_rw") if reachable else "postgres://nobody@127.0.0.1:9/nothing"
    base = Path(__file__).resolve().parents[2]
    job = subprocess.run(
        [sys.executable, "manage.py", "process_webhooks"],
        cwd=base,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert job.returncode == status, job.stderr
