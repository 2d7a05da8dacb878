"""A web process is killed with SIGKILL in the middle of a request under an `Idempotency-Key`, at each point where it
can hurt. The same request again finishes it or does it anew; at Stripe there is one, and one charge. Row F04."""

import http.client
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from audit.actor import Actor
from audit.models import AuditEntry
from billing.domain.scopes import OF_AN_ORGANIZATION
from billing.models import ApiKey, IdempotencyRecord, Membership, Organization, StripeCommand, User
from billing.services import payment_methods, resuming
from tests.factories import api_key
from tests.flows.processes import Processes
from tests.flows.visitor import Visitor
from tests.services.scenes import a_customer, at_stripe

pytestmark = pytest.mark.processes
KEY = {"Idempotency-Key": "one"}
START = ("/api/v1/billing/subscriptions", {"plan_id": "professional"})
NEW_KEY = ("/api/v1/api-keys", {"name": "ci", "scopes": ["billing:read"]})


class Scene:
    """A customer with a card, its program, and a server that dies where it is told to."""

    def __init__(self, base: str, organization: Organization, trap: Path) -> None:
        self.organization, self.trap = organization, trap
        self.caller = Visitor(base, api_key(organization, *OF_AN_ORGANIZATION))

    def ask(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        return self.caller.post(path, body, **KEY)

    def die(self, point: str, path: str, body: dict[str, Any]) -> None:
        """Ask, and get no answer: the process is gone."""
        self.trap.write_text(point, encoding="utf-8")
        with pytest.raises((OSError, http.client.HTTPException)):
            self.ask(path, body)
        assert not self.trap.exists()


@pytest.fixture
def scene(processes: Processes, sandbox: str, tmp_path: Path, by: Actor) -> Scene:
    organization = a_customer(by)
    payment_methods.attach(organization=organization, payment_method="pm_card_visa", by=by)
    trap = tmp_path / "trap"
    base = processes.web(settings="tests.flows.breaking.settings", BREAK_FILE=str(trap), PYTHONPATH=".")
    return Scene(base, organization, trap)


def the_lease_runs_out() -> None:
    """Half a minute passes."""
    assert IdempotencyRecord.objects.update(lease_until=timezone.now()) == 1


def the_sweep_comes() -> None:
    """A minute later a worker looks for commands that nobody finished."""
    StripeCommand.objects.update(next_attempt_at=timezone.now())
    resuming.resume_due()


@pytest.mark.parametrize(
    ("point", "left", "then"),
    [
        ("in the transaction", 0, [201]),
        ("before Stripe is asked", 0, [202, 201]),
        ("after Stripe's answer", 1, [202, 201]),
        ("before the answer is stored", 1, [201]),
    ],
)
def test_a_start(scene: Scene, sandbox: str, point: str, left: int, then: list[int]) -> None:
    scene.die(point, *START)
    assert len(at_stripe(sandbox, "subscriptions")) == left
    assert scene.ask(*START)[1]["code"] == "idempotency_in_progress"
    the_lease_runs_out()
    for status in then:
        answer = scene.ask(*START)
        assert answer[0] == status, answer
        the_sweep_comes()
    (theirs,) = at_stripe(sandbox, "subscriptions")
    assert answer[1]["id"] == theirs["id"]
    assert scene.ask(*START) == answer
    assert len(at_stripe(sandbox, "charges")) == 1
    assert list(StripeCommand.objects.filter(operation="subscriptions.create").values_list("status")) == [("done",)]
    assert AuditEntry.objects.filter(action="subscription.start_requested").count() == 1


@pytest.mark.parametrize("point", ["before the answer is stored", "with the answer stored but not committed"])
def test_what_is_ours_alone_was_never_there(scene: Scene, point: str) -> None:
    """Change, log and stored answer are one transaction."""
    scene.die(point, *NEW_KEY)
    assert not ApiKey.objects.filter(name="ci").exists()
    assert not AuditEntry.objects.filter(action="api_key.issued").exists()
    assert scene.ask(*NEW_KEY)[1]["code"] == "idempotency_in_progress"
    the_lease_runs_out()
    status, made = scene.ask(*NEW_KEY)
    assert (status, made["secret"][:8]) == (201, "ch_test_")
    assert Visitor(scene.caller.base, made["secret"]).get("/api/v1/organization")[0] == 200
    assert scene.ask(*NEW_KEY)[1] == {**made, "secret": None}
    assert ApiKey.objects.filter(name="ci").count() == 1


def test_a_member(scene: Scene) -> None:
    path, body = "/api/v1/memberships", {"email": "new@example.com"}
    scene.die("with the answer stored but not committed", path, body)
    assert not User.objects.filter(email="new@example.com").exists()
    the_lease_runs_out()
    assert scene.ask(path, body)[0] == 201
    assert scene.ask(path, body)[0] == 201
    assert Membership.objects.count() == 1
