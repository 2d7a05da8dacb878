"""One bad dependency is named by its own check and takes no other down with it; no finding tells a secret."""

import threading

import pytest

from billing.api import health
from billing.api.health_checks import Check, Unwell, look_at
from tests.api.calls import Api


def well() -> None:
    return None


def raising(error: BaseException):
    def probe() -> None:
        raise error

    return probe


FAULTS = [
    (Unwell("does not keep what it is given"), "does not keep what it is given"),
    (ConnectionRefusedError("redis://user:secret@10.0.0.5"), "unreachable"),
    (OSError(111, "secret.internal"), "unreachable"),
    (ValueError("secret"), "unreachable"),
    (TimeoutError("secret"), "no answer within 2 s"),
]


@pytest.mark.parametrize(("error", "problem"), FAULTS, ids=[type(error).__name__ for error, _ in FAULTS])
def test_a_fault_is_said_without_its_details(error, problem):
    finding = Check("cache", raising(error), 1).look()
    assert finding.problem == problem
    assert "secret" not in finding.problem
    assert finding.duration_ms >= 0


def test_a_finding_is_kept_as_long_as_it_is_fresh(monkeypatch):
    now, asked = [1000.0], []
    monkeypatch.setattr("billing.api.health_checks.time.monotonic", lambda: now[0])
    check = Check("stripe", lambda: asked.append(1), keep_seconds=15)
    for seconds, times in ((0, 1), (14.9, 1), (15, 2), (29.9, 2), (31, 3)):
        now[0] = 1000.0 + seconds
        check.look()
        assert len(asked) == times, seconds


def test_bad_findings_are_kept_too_and_can_be_forgotten():
    asked = []

    def probe() -> None:
        asked.append(1)
        raise Unwell("no")

    check = Check("stripe", probe, keep_seconds=3600)
    assert {check.look().problem for _ in range(5)} == {"no"}
    assert len(asked) == 1
    check.forget()
    check.look()
    assert len(asked) == 2


def test_it_recovers_by_itself():
    answers = iter([Unwell("no"), None])

    def probe() -> None:
        if error := next(answers):
            raise error

    check = Check("cache", probe, keep_seconds=0)
    assert [check.look().problem, check.look().problem] == ["no", ""]


def test_all_are_looked_at_side_by_side():
    """Two that wait for each other would never end one after the other."""
    meeting = threading.Barrier(2, timeout=1.5)
    findings = look_at([Check("one", meeting.wait, 1), Check("two", meeting.wait, 1)])
    assert [finding.problem for finding in findings.values()] == ["", ""]
    assert list(findings) == ["one", "two"]


NAMES = ("database", "stripe", "cache", "email", "webhooks", "broker")


@pytest.fixture
def looking(monkeypatch):
    """Each view's own checks, of which these fail."""

    def looking(*failing: str) -> None:
        for view in (health.HealthView, health.BillingHealthView, health.PaymentHealthView):
            checks = [
                Check(one.name, raising(Unwell("down")) if one.name in failing else well, 0) for one in view.looks_at
            ]
            monkeypatch.setattr(view, "looks_at", checks)

    return looking


ROUTES = {
    "health": {"database", "stripe", "cache", "email"},
    "billing/health": set(NAMES),
    "health/payment": {"database", "stripe", "cache", "webhooks", "broker"},
}


@pytest.mark.parametrize("path", list(ROUTES))
@pytest.mark.parametrize("name", NAMES)
def test_only_the_database_takes_the_installation_down(looking, path, name):
    looking(name)
    answer = Api().get(path)
    body = answer.json()
    concerns = name in ROUTES[path]
    assert answer.status_code == (503 if name == "database" else 200)
    assert (body["status"], body["healthy"]) == (("degraded", False) if concerns else ("healthy", True))
    assert {check for check, found in body["checks"].items() if not found["healthy"]} == ({name} if concerns else set())
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", list(ROUTES))
def test_a_check_says_what_and_how_long(looking, path):
    looking("stripe")
    checks = Api().get(path).json()["checks"]
    assert set(checks) == ROUTES[path]
    for name, found in checks.items():
        assert set(found) == {"status", "healthy", "detail", "duration_ms"}
        assert (found["status"], found["detail"]) == (("unhealthy", "down") if name == "stripe" else ("healthy", ""))
        assert isinstance(found["duration_ms"], int)


@pytest.mark.parametrize("path", list(ROUTES))
def test_several_at_once_are_all_named(looking, path):
    looking(*NAMES)
    answer = Api().get(path)
    assert answer.status_code == 503
    assert not any(found["healthy"] for found in answer.json()["checks"].values())


@pytest.mark.parametrize("path", list(ROUTES))
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_health_is_only_read(looking, path, method):
    looking()
    assert Api()(method, path).status_code == 405


@pytest.mark.parametrize("path", list(ROUTES))
def test_a_head_is_enough_for_a_load_balancer(looking, path):
    looking("database")
    answer = Api()("HEAD", path)
    assert (answer.status_code, answer.content) == (503, b"")
