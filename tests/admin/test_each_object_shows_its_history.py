"""Who did what to this very object stands on its own page; nobody has to search the log for it."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from audit.erasure import forget_personal_details
from audit.models import AuditEntry
from audit.record import record
from tests.admin.addresses import page_of
from tests.admin.reading import words
from tests.admin.scene import staff
from tests.factories import UserFactory

OBJECTS = {
    "organization": ("organization", lambda one: one.public_id),
    "subscription": ("subscription", lambda one: one.stripe_id),
    "invoice": ("invoice", lambda one: one.stripe_id),
    "payment": ("payment", lambda one: one.stripe_id),
    "command": ("command", lambda one: one.public_id),
    "plan": ("plan", lambda one: one.code),
    "event": ("subscription", lambda one: one.object_id),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_with_the_reason(admin: Client, company: SimpleNamespace, name: str) -> None:
    row: Any = getattr(company, name)
    kind, key = OBJECTS[name]
    with transaction.atomic():
        record(
            "audit.tested", target=(kind, key(row)), organization_id=company.organization.pk, reason="Telephone call"
        )
    text = words(admin.get(page_of(row)).content.decode())
    assert "Wrote a test entry; it tells of nothing" in text
    assert "Telephone call" in text


def test_on_the_page_of_a_member_of_staff(admin: Client, db: None) -> None:
    person = staff(None, name="Anne")
    with transaction.atomic():
        record("audit.tested", target=("user", str(person.pk)), organization_id=None)
    assert "Wrote a test entry" in words(admin.get(page_of(person)).content.decode())
    assert "Wrote a test entry" not in words(admin.get(page_of(staff(None))).content.decode())


def test_a_form_for_a_new_one_has_none(admin: Client, db: None) -> None:
    assert "Timeline" not in words(admin.get("/admin/billing/user/add/").content.decode())
    assert admin.get(f"/admin/billing/user/{UserFactory().pk}/change/").status_code == 302, (
        "customers have no page here"
    )


def test_what_was_erased_says_so(admin: Client, company: SimpleNamespace) -> None:
    with transaction.atomic():
        record(
            "audit.tested", target=("invoice", "in_x"), organization_id=company.organization.pk, reason="About Anne",
            after={"email": "anne@example.com"},
        )  # fmt: skip
    forget_personal_details(organization_id=company.organization.pk)
    text = words(admin.get(page_of(AuditEntry.objects.get(target_id="in_x"))).content.decode())
    assert "anne" not in text.lower()
    assert "[erased]" in text
    assert "Erased at the person's wish" in text
