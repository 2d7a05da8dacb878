"""Health: 200 while the database answers, each check bounded, findings shared, nothing secret told."""

import threading
import time

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from billing.api import health_checks
from billing.models import WebhookEvent
from tests.api.calls import Api

CHECKS = [getattr(health_checks, name) for name in ("DATABASE", "STRIPE", "CACHE", "EMAIL", "WEBHOOKS", "BROKER")]


@pytest.fixture(autouse=True)
def _look_anew():
    for check in CHECKS:
        check.forget()
    yield
    for check in CHECKS:
        check.forget()


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("health", {"database", "stripe", "cache", "email"}),
        ("billing/health", {"database", "stripe", "cache", "email", "webhooks", "broker"}),
        ("health/payment", {"database", "stripe", "cache", "webhooks", "broker"}),
    ],
)
@pytest.mark.parametrize("prefix", ["/api/v1/", "/api/"])
def test_all_is_well(committing, sandbox, path, names, prefix):
    answer = Api(prefix=prefix).get(path)
    body = answer.json()
    assert answer.status_code == 200
    assert (body["status"], body["healthy"]) == ("healthy", True), body
    assert set(body["checks"]) == names
    assert all(check["healthy"] for check in body["checks"].values())
    assert body["timestamp"].endswith("Z")
    assert answer["Cache-Control"] == "no-store"


def test_without_stripe_it_is_degraded_but_up(committing):
    answer = Api().get("health")
    body = answer.json()
    assert answer.status_code == 200
    assert (body["status"], body["healthy"]) == ("degraded", False)
    assert body["checks"]["stripe"]["detail"] == "unreachable"
    assert body["checks"]["database"]["healthy"]


def test_without_a_database_it_answers_503_and_tells_no_secrets(committing, monkeypatch):
    def down():
        raise OperationalError("password authentication failed for app_rw at db.internal")

    monkeypatch.setattr(health_checks.DATABASE, "probe", down)
    answer = Api().get("health")
    assert answer.status_code == 503
    assert answer.json()["status"] == "degraded"
    assert b"password" not in answer.content


def test_what_does_not_answer_is_not_waited_for(committing, sandbox, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(health_checks.CACHE, "probe", lambda: release.wait(30))
    began = time.monotonic()
    try:
        body = Api().get("health").json()
    finally:
        release.set()
    assert time.monotonic() - began < 2 * health_checks.TIMEOUT_SECONDS
    assert body["checks"]["cache"]["detail"] == "no answer within 2 s"


def test_events_that_wait_too_long_are_unwell(committing, sandbox):
    WebhookEvent.objects.create(
        stripe_event_id="evt_1",
        event_type="x",
        payload="{}",
        stripe_created_at=timezone.now(),
        next_retry_at=timezone.now() - timezone.timedelta(seconds=health_checks.OVERDUE_SECONDS + 60),
    )
    body = Api().get("health/payment").json()
    assert body["checks"]["webhooks"]["detail"] == "received events are not being processed"


def test_many_probes_are_one_question_to_stripe(committing, monkeypatch):
    asked = []
    monkeypatch.setattr(health_checks.STRIPE, "probe", lambda: asked.append(1))

    def probe():
        try:
            Api().get("health")
        finally:
            connection.close()

    threads = [threading.Thread(target=probe) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1
