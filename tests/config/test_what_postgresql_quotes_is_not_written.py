"""PostgreSQL quotes the row that it refused, names and all. The log keeps what went wrong, not with whose data."""

import pytest
import structlog
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit.redaction import REDACTED, redact_text
from billing.inbox.claim import claim_fresh
from billing.inbox.marks import fail
from billing.models import Organization, WebhookEvent
from tests.config.capturing import written
from tests.factories import OrganizationFactory, UserFactory
from tests.inbox.webhooks import encoded, event

pytestmark = pytest.mark.django_db
NAME = "Jane\nCanary\n\nof Canary Ltd"
PERSON, EMAIL = (
    "Jane Canary",
    "jane@canary",
)  # not in the failing lines: tracebacks show them


def duplicate() -> None:
    UserFactory(email=EMAIL)
    UserFactory(email=EMAIL)


def too_long() -> None:
    Organization.objects.create(name=NAME, time_zone=PERSON * 100)


def wrong_row() -> None:
    organization = OrganizationFactory(name=NAME)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_invoice SELECT (jsonb_populate_record(NULL::billing_invoice, %s::jsonb)).*",
            [f'{{"organization_id": {organization.pk}, "number": "{PERSON}"}}'],
        )


def no_number() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text::integer", [PERSON])


FAILURES = [duplicate, too_long, wrong_row, no_number]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.__name__)
def test_in_a_traceback(failure):
    with written() as log:
        try:
            with transaction.atomic():
                failure()
        except DatabaseError as error:
            try:
                raise RuntimeError("what came of it") from error
            except RuntimeError:
                structlog.get_logger("billing").exception("it_failed", said=str(error))
    assert "it_failed" in log.text
    assert "RuntimeError: what came of it" in log.text
    assert "psycopg.errors." in log.text
    assert "canary" not in log.text.lower()


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.__name__)
def test_in_the_row_of_an_event_that_failed(failure):
    row = WebhookEvent.objects.create(
        stripe_event_id="evt_1",
        event_type="customer.updated",
        stripe_created_at="2026-05-01T12:00:00Z",
        payload=encoded(event()).decode(),
    )
    claim = claim_fresh(1, now=timezone.now())
    with pytest.raises(DatabaseError) as raised, transaction.atomic():
        failure()
    assert fail(row.pk, raised.value, claim=claim.token) == 1
    row.refresh_from_db()
    assert row.error_message
    assert "canary" not in row.error_message.lower()


def test_what_stands_after_it_stays():
    rest = "\n\nThe above exception was the direct cause of the following exception:\n\nValueError: y"
    chained = f"x\nDETAIL:  Key (name)=(Jane) exists.{rest}"
    assert redact_text(chained) == chained.replace(" Key (name)=(Jane) exists.", REDACTED)
