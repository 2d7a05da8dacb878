"""Rights come from the groups of billing/staff.py; what somebody may not see is not offered to him either."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from audit.models import AuditEntry
from billing import models
from billing.staff import StaffGroup, ensure_staff_groups
from tests.admin.addresses import NOUNS, VERBS, list_of, page_of, verb_of
from tests.admin.scene import staff

CUSTOMERS = {
    models.Organization,
    models.Subscription,
    models.Invoice,
    models.Payment,
    models.Plan,
    models.Approval,
}
SYSTEM = {
    models.DeadLetter,
    models.Discrepancy,
    models.ReconciliationRun,
    models.Replay,
    models.WebhookEvent,
    models.StripeCommand,
    AuditEntry,
}
SEES = {
    StaffGroup.SUPPORT: CUSTOMERS,
    StaffGroup.FINANCE: CUSTOMERS | SYSTEM,
    StaffGroup.AUDITOR: CUSTOMERS | SYSTEM | {models.User, models.ApiKey},
    StaffGroup.SUPERADMIN: CUSTOMERS | SYSTEM | {models.User, models.ApiKey, Group},
}
ACTS = {StaffGroup.SUPPORT, StaffGroup.FINANCE, StaffGroup.SUPERADMIN}


def signed_in(group: StaffGroup | None) -> Client:
    client = Client()
    client.force_login(staff(group))
    return client


@pytest.mark.parametrize("group", StaffGroup)
def test_each_group_sees_its_lists_and_no_other(company: SimpleNamespace, group: StaffGroup) -> None:
    client = signed_in(group)
    answers = {model: client.get(list_of(model)).status_code for model in NOUNS}
    assert answers == {model: 200 if model in SEES[group] else 403 for model in NOUNS}


@pytest.mark.parametrize("group", StaffGroup)
def test_the_sidebar_offers_what_may_be_seen(company: SimpleNamespace, group: StaffGroup) -> None:
    body = signed_in(group).get("/admin/").content.decode()
    assert {model for model in NOUNS if f'href="{list_of(model)}"' in body} == SEES[group]


@pytest.mark.parametrize("group", StaffGroup)
def test_verbs_are_printed_for_those_who_may(company: SimpleNamespace, group: StaffGroup) -> None:
    client, subscription = signed_in(group), company.subscription
    page = client.get(page_of(subscription)).content.decode()
    for verb in VERBS:
        assert (verb_of(subscription, verb) in page) == (group in ACTS)
        assert client.get(verb_of(subscription, verb)).status_code == (200 if group in ACTS else 403)


def test_without_a_group_there_is_only_an_explanation(company: SimpleNamespace) -> None:
    client = signed_in(None)
    assert "Ask a superadmin" in client.get("/admin/").content.decode()
    assert {client.get(list_of(model)).status_code for model in NOUNS} == {403}


def test_links_to_forbidden_pages_are_plain_text(company: SimpleNamespace) -> None:
    page = signed_in(StaffGroup.SUPPORT).get(page_of(company.organization)).content.decode()
    assert "/admin/audit/" not in page
    assert page_of(company.subscription) in page


def test_nobody_is_offered_a_form_over_stripes_rows(admin: Client, company: SimpleNamespace) -> None:
    for row in (company.organization, company.subscription, company.invoice, company.payment, company.event):
        page = page_of(row)
        assert admin.post(page, {"name": "Changed"}).status_code == 403
        assert admin.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
        assert admin.get(list_of(type(row)) + "add/").status_code == 403


def test_without_signing_in_every_page_leads_to_the_door(company: SimpleNamespace) -> None:
    for model in NOUNS:
        assert Client().get(list_of(model)).url.startswith("/admin/login/")


def test_the_groups_can_be_made_again(db: None) -> None:
    group = ensure_staff_groups()[StaffGroup.AUDITOR]
    before = set(group.permissions.values_list("codename", flat=True))
    group.permissions.clear()
    ensure_staff_groups()
    assert set(group.permissions.values_list("codename", flat=True)) == before
    assert not any(name.startswith(("add", "change", "delete")) for name in before)
