"""M04: programs call without a pause while their key is rotated, over and over, and rotations are killed half way:
no call with a key that is valid is refused."""

import http.client
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from billing.domain.scopes import OF_AN_ORGANIZATION
from billing.models import ApiKey, IdempotencyRecord
from tests.factories import OrganizationFactory, api_key
from tests.flows.processes import Processes, until
from tests.flows.visitor import Visitor

pytestmark = pytest.mark.processes
CALLERS = 4
ROTATIONS = 6
BETWEEN = 12
"""Calls that are answered between two rotations, at least."""


class Programs:
    """Each calls with the key that it last heard of, and with the one before it, whose overlap is not over."""

    def __init__(self, base: str, secret: str) -> None:
        self.base, self.secrets = base, [secret]
        self.answers: Counter[int] = Counter()
        self.ended = threading.Event()

    def run(self, number: int) -> None:
        while not self.ended.is_set():
            for secret in self.secrets[-2:]:
                self.answers[self._call(secret)] += 1

    def _call(self, secret: str) -> int:
        """A connection that a killed server broke is no refusal: it is asked again."""
        try:
            return Visitor(self.base, secret).get("/api/v1/organization")[0]
        except (OSError, http.client.HTTPException):
            return 0

    def wait_for(self, calls: int) -> None:
        wanted = self.answers[200] + calls
        until(lambda: self.answers[200] >= wanted or set(self.answers) - {0, 200}, what="the programs' calls")


@pytest.fixture
def base(processes: Processes, tmp_path: Path) -> str:
    trap = str(tmp_path / "trap")
    return processes.web(settings="tests.flows.breaking.settings", BREAK_FILE=trap, PYTHONPATH=".")


def rotate(base: str, secret: str, key: str, **headers: str) -> tuple[int, Any]:
    return Visitor(base, secret).post(f"/api/v1/api-keys/{key}/rotate", {"overlap": 600}, **headers)


def killed_half_way(base: str, tmp_path: Path, secret: str, key: str, point: str) -> None:
    """A rotation whose process dies; nothing of it stays."""
    (tmp_path / "trap").write_text(point, encoding="utf-8")
    before = ApiKey.objects.count()
    with pytest.raises((OSError, http.client.HTTPException)):
        rotate(base, secret, key, **{"Idempotency-Key": f"{key}-{point}".replace(" ", "-")})
    assert ApiKey.objects.count() == before
    assert ApiKey.objects.get(public_id=key).expires_at is None


def test_no_valid_call_is_refused(base: str, tmp_path: Path) -> None:
    organization = OrganizationFactory()
    programs = Programs(base, api_key(organization, *OF_AN_ORGANIZATION))
    key = ApiKey.objects.get().public_id
    with ThreadPoolExecutor(CALLERS) as threads:
        running = [threads.submit(programs.run, number) for number in range(CALLERS)]
        try:
            for turn in range(ROTATIONS):
                programs.wait_for(BETWEEN)
                latest = programs.secrets[-1]
                if turn % 2:
                    point = "in the middle of a rotation" if turn % 4 == 1 else "before the answer is stored"
                    killed_half_way(base, tmp_path, latest, key, point)
                    IdempotencyRecord.objects.update(lease_until=timezone.now())
                status, made = rotate(base, latest, key)
                assert status == 201, made
                key = made["id"]
                programs.secrets.append(made["secret"])
            programs.wait_for(BETWEEN)
        finally:
            programs.ended.set()
        for each in running:
            each.result(60)
    assert set(programs.answers) <= {0, 200}, programs.answers
    assert programs.answers[200] >= BETWEEN * (ROTATIONS + 1)
    assert ApiKey.objects.count() == ROTATIONS + 1
    assert len({row.line for row in ApiKey.objects.all()}) == 1


def test_the_same_rotation_again_after_the_kill_makes_one_key(base: str, tmp_path: Path) -> None:
    organization = OrganizationFactory()
    secret = api_key(organization, *OF_AN_ORGANIZATION)
    key = ApiKey.objects.get().public_id
    killed_half_way(base, tmp_path, secret, key, "in the middle of a rotation")
    again = {"Idempotency-Key": f"{key}-in-the-middle-of-a-rotation"}
    assert rotate(base, secret, key, **again)[1]["code"] == "idempotency_in_progress"
    IdempotencyRecord.objects.update(lease_until=timezone.now())
    status, made = rotate(base, secret, key, **again)
    assert status == 201
    for one in (secret, made["secret"]):
        assert Visitor(base, one).get("/api/v1/organization")[0] == 200
    assert ApiKey.objects.count() == 2
