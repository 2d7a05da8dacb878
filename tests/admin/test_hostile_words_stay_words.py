"""Names come from customers and from Stripe: whatever stands in them is printed, never run, on every page."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils.html import escape

from billing.models import Organization, User
from tests.admin.addresses import every_page, list_of
from tests.admin.reading import page_for, viewer
from tests.admin.scene import organization_with_everything

HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "\u202egnp.exe\u2066",
    "{{ request.user }}{% debug %}",
    "w" * 255,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_on_every_page(admin: Client, db: None, name: str) -> None:
    scene: SimpleNamespace = organization_with_everything(name)
    for row in (scene.plan, scene.price):
        row.name = row.nickname = row.description = name
        row.save()
    seen = 0
    for page in every_page():
        answer = admin.get(page)
        body = answer.content.decode()
        assert answer.status_code == 200, page
        assert "<script>alert" not in body, page
        assert "<img src=x" not in body, page
        seen += escape(name) in body
    assert seen >= 8


@pytest.mark.parametrize("key", ["%00", "²", "٣", "9" * 40, "1%00", "..%2F..", "%0A"])
def test_a_strange_key_of_a_person_is_no_error(admin: Client, db: None, key: str) -> None:
    for address in (f"/admin/billing/user/{key}/change/", f"/admin/billing/user/{key}/password/"):
        assert admin.get(address).status_code in (302, 403, 404), address
    assert User.objects.count() == 1


@pytest.mark.parametrize("month", ["9999-12", "0000-01", "2026-13", "2026", "x", "%00", "-2026-01"])
def test_a_month_that_is_none_shows_no_movement(admin: Client, db: None, month: str) -> None:
    assert admin.get(f"/admin/analytics/mrrmovement/?month={month}").status_code == 200


@pytest.mark.parametrize("query", ["view=%00", "q=%00%00", "organization=%00", "at=%00", "q=" + "x" * 4000])
def test_a_strange_address_of_a_list_is_no_error(admin: Client, db: None, query: str) -> None:
    assert admin.get(list_of(Organization, f"?{query}")).status_code == 200


def test_sums_of_two_currencies_stand_on_lines_of_their_own(db: None) -> None:
    row = SimpleNamespace(pk=1, due=[("jpy", 100), ("usd", 100)])
    cell = next(each.cell for each in page_for(Organization).columns if each.title == "Balance due")
    assert str(cell(row, viewer())).count("<br>") == 1
