"""Behind a pooler in transaction mode clients share sessions: what one leaves behind, the next would find."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection, connections

from audit import context
from audit.context import CUSTOMER_ROLE, tenant
from billing.models import Invoice, Organization
from tests.tenancy.conftest import Scene
from tests.tenancy.pooling import PROGRAM, pooled

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="PgBouncer is not installed")

THREADS = 50
ROUNDS = 10


@pytest.fixture
def behind_a_pooler(scene: Scene, committing: str) -> Iterator[None]:
    """Every connection of Django goes through the pooler."""
    direct = {name: settings.DATABASES["default"][name] for name in ("HOST", "PORT")}
    connections.close_all()
    with pooled(committing) as port:
        settings.DATABASES["default"].update({"HOST": "127.0.0.1", "PORT": port})
        try:
            yield
        finally:
            connections.close_all()
            settings.DATABASES["default"].update(direct)


def in_threads(organizations: list[Organization]) -> list[str]:
    """What was wrong for any of 50 clients that take turns as customers and as nobody in particular."""
    start = Barrier(THREADS)

    def client(number: int) -> list[str]:
        organization = organizations[number % len(organizations)]
        try:
            start.wait(60)
            return [fault for _ in range(ROUNDS) for fault in (*as_customer(organization), *as_ordinary_role())]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return [fault for faults in pool.map(client, range(THREADS)) for fault in faults]


def as_customer(organization: Organization) -> Iterator[str]:
    with tenant(organization.pk):
        owners = set(Invoice.objects.values_list("organization_id", flat=True))
        names = list(Organization.objects.values_list("name", flat=True))
    if owners != {organization.pk} or names != [organization.name]:
        yield f"{organization.pk} saw {owners} {names}"


def as_ordinary_role() -> Iterator[str]:
    """Outside any context: the role and the setting of whoever had the session before must be gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, coalesce(current_setting('app.organization_id', true), '')")
        found = cursor.fetchone()
    if found != ("app_rw", ""):
        yield f"left behind: {found}"


def test_fifty_clients_on_one_session_see_their_own(scene, behind_a_pooler):
    assert in_threads([scene.own, scene.other]) == []


def test_a_context_that_outlived_its_transaction_would_be_found(scene, behind_a_pooler, monkeypatch):
    """Session-level settings, as some packages use them, reach the next client."""

    def careless(organization_id: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('role', %s, true), set_config('app.organization_id', %s, false)",
                [CUSTOMER_ROLE, str(organization_id)],
            )

    monkeypatch.setattr(context, "_enter", careless)
    monkeypatch.setattr(context, "_leave", lambda: None)
    assert any(fault.startswith("left behind") for fault in in_threads([scene.own, scene.other]))


def test_a_request_that_broke_off_leaves_nothing(scene, behind_a_pooler):
    with pytest.raises(ZeroDivisionError), tenant(scene.own.pk):
        [1 / 0 for _ in Invoice.objects.all()]
    assert list(as_ordinary_role()) == []
    assert list(as_customer(scene.other)) == []
