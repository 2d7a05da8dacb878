"""Staff without the right get 403 at every page of it, and the log of the process says who wanted what (S02)."""

import logging
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group

from audit.models import AuditEntry
from billing import models
from billing.staff import StaffGroup
from tests.admin.addresses import VERBS, list_of, page_of, verb_of
from tests.admin.scene import organization_with_everything, staff
from tests.signin.people import add_app, browser, enter_password

pytestmark = pytest.mark.django_db
SUPPORT_MAY_NOT = (models.WebhookEvent, models.StripeCommand, models.User, Group, AuditEntry)


@pytest.fixture
def company() -> SimpleNamespace:
    return organization_with_everything()


def refused(group: StaffGroup | None, addresses: list[str], method: str, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Those of the addresses that were refused, and each of them in the log."""
    client = browser()
    enter_password(client, staff(group))
    add_app(client)
    found = []
    for address in addresses:
        caplog.clear()
        with caplog.at_level(logging.WARNING, logger="django.request"):
            answer = getattr(client, method)(address)
        told = [record for record in caplog.records if record.name == "django.request" and address in str(record.args)]
        if answer.status_code == 403 and told:
            found.append(address)
    return found


@pytest.mark.parametrize("method", ["get", "post"])
def test_support_at_the_pages_of_the_system(company: SimpleNamespace, method: str, caplog: pytest.LogCaptureFixture):
    addresses = [list_of(model) for model in SUPPORT_MAY_NOT]
    addresses += [page_of(company.event), page_of(staff()), "/admin/billing/user/add/"]
    assert refused(StaffGroup.SUPPORT, addresses, method, caplog) == addresses


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("group", [StaffGroup.AUDITOR, None])
def test_who_may_only_read_at_the_verbs(
    company: SimpleNamespace, group: StaffGroup | None, method: str, caplog: pytest.LogCaptureFixture
):
    addresses = [verb_of(company.subscription, verb) for verb in VERBS]
    assert refused(group, addresses, method, caplog) == addresses


def test_whoever_has_no_group_at_everything(company: SimpleNamespace, caplog: pytest.LogCaptureFixture):
    addresses = [page_of(row) for row in (company.organization, company.invoice, company.payment)]
    assert refused(None, addresses, "get", caplog) == addresses
