"""Celery as worker and beat see it: what is lost, repeated or reordered here is lost, repeated or reordered work."""

from pathlib import Path

import pytest

import config
from config.celery import app
from deploy.embedded.services import UNWATCHED

BASE = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("task_acks_late", True),
        ("task_reject_on_worker_lost", True),
        ("task_ignore_result", True),
        ("task_publish_retry", False),
        ("worker_prefetch_multiplier", 4),
        ("worker_hijack_root_logger", False),
        ("beat_scheduler", "django_celery_beat.schedulers:DatabaseScheduler"),
        ("timezone", "UTC"),
        ("enable_utc", True),
        ("broker_connection_retry_on_startup", True),
    ],
)
def test_the_settings_reach_it(name: str, value: object):
    assert app.conf[name] == value


def test_messages_are_json_and_nothing_else():
    """A pickled message would be code from whoever reaches the broker."""
    assert app.conf.task_serializer == "json"
    assert set(app.conf.accept_content) == {"json"}


def test_it_stores_no_results():
    assert app.conf.result_backend is None


def test_every_process_that_enqueues_has_it():
    assert config.celery_app is app
    assert app.main == "countinghouse"


def test_the_broker_is_the_one_of_the_environment(settings):
    assert app.conf.broker_url == settings.CELERY_BROKER_URL == "memory://"


def test_a_task_runs_when_its_message_comes_again():
    """Late acknowledgement repeats work: so no task may be set to run once only by the message's id."""
    assert not app.conf.task_always_eager
    assert not app.conf.task_store_eager_result


def test_wherever_it_is_started_it_sends_no_events():
    """Nobody listens to them; a broker without that exchange would log an error for each."""
    procfile = (BASE / "Procfile").read_text()
    [started] = [line.split() for line in procfile.splitlines() if line.startswith("worker:")]
    composed = (BASE / "deploy" / "compose.yaml").read_text()
    assert set(UNWATCHED) <= set(started)
    assert [flag for flag in UNWATCHED if f'"{flag}"' not in composed] == []
