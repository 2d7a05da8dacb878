"""One meter, one organization."""

import pytest

from audit.actor import SYSTEM
from billing.models import Organization
from tests.factories import OrganizationFactory
from usage.models import Meter
from usage.store.meters import ensure_meter


@pytest.fixture
def meter(request: pytest.FixtureRequest) -> Meter:
    """`api_calls`. In the test's own database where it commits, else in its transaction."""
    if "committing" not in request.fixturenames:
        request.getfixturevalue("db")
    return ensure_meter(code="api_calls", name="API calls", event_type="api_call", unit="call", by=SYSTEM)


@pytest.fixture
def organization(meter: Meter) -> Organization:
    return OrganizationFactory()
