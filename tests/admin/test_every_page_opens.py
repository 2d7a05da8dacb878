"""Each page answers, with one heading and a name, whatever there is to show."""

import re
from types import SimpleNamespace

import pytest
from django.contrib import admin as django_admin
from django.test import Client

from billing import models
from tests.admin.addresses import NOUNS, every_page, list_of, lists, object_pages, other_pages, page_of
from tests.admin.scene import superuser


def broken(client: Client, pages: list[str]) -> dict[str, int]:
    return {page: status for page in pages if (status := client.get(page).status_code) != 200}


def test_with_something_of_everything(admin: Client, company: SimpleNamespace) -> None:
    assert broken(admin, every_page()) == {}


def test_with_nothing_at_all(admin: Client) -> None:
    assert broken(admin, [*other_pages(), *lists()]) == {}


def test_there_are_no_other_pages(db: None) -> None:
    known = {model._meta.label for model in django_admin.site._registry}
    assert known - {model._meta.label for model in NOUNS} <= {
        "analytics.MrrMovement",
        "usage.Meter",
        "usage.UsageEvent",
    }


def test_each_says_what_and_whose(admin: Client, company: SimpleNamespace) -> None:
    for page in every_page():
        body = admin.get(page).content.decode()
        assert len(re.findall(r"<h1[ >]", body)) == 1, page
        assert re.search(r"<title>\s*\S", body), page
        assert body.count("<main") == 1, page
        assert 'class="ch-skip"' in body, page
        assert ">DEMO<" in body, page


def test_objects_answer_to_their_public_keys(admin: Client, company: SimpleNamespace) -> None:
    organization = f"/admin/billing/organization/{company.organization.public_id}/change/"
    invoice = f"/admin/billing/invoice/{company.invoice.stripe_id}/change/"
    assert broken(admin, [organization, invoice]) == {}


@pytest.mark.parametrize("key", ["999999999", "in_unknown", "9" * 40, "x'--", "%00"])
def test_what_does_not_exist_is_not_found(admin: Client, company: SimpleNamespace, key: str) -> None:
    assert admin.get(f"/admin/billing/invoice/{key}/change/").status_code == 404


def test_names_are_never_read_as_html(admin: Client, company: SimpleNamespace) -> None:
    for page in [list_of(models.Organization), *object_pages()]:
        assert "<b>Ltd</b>" not in admin.get(page).content.decode(), page


def test_a_page_without_its_references_opens(admin: Client, company: SimpleNamespace) -> None:
    """Events come in any order: an item may name a price that has not arrived."""
    models.Price.objects.all().delete()
    models.Plan.objects.all().delete()
    assert broken(admin, [page_of(company.subscription), list_of(models.Subscription)]) == {}


def test_members_of_organizations_are_no_staff(company: SimpleNamespace, admin: Client) -> None:
    member = models.User.objects.create_user("member@example.com", "correct horse")
    assert admin.get(page_of(member)).status_code == 302
    assert member.email not in admin.get(list_of(models.User)).content.decode()
    client = Client()
    client.force_login(member)
    assert client.get("/admin/").status_code == 302


def test_the_sign_in_page_asks_for_nothing_that_is_missing(db: None) -> None:
    page = Client().get("/admin/login/")
    assert page.status_code == 200
    assert b"favicon.svg" in page.content
    user = superuser(email="someone@example.com")
    client = Client()
    answer = client.post("/admin/login/", {"username": user.email, "password": "correct horse battery staple"})
    assert answer.status_code == 302
    wrong = client.post("/admin/login/", {"username": user.email, "password": "wrong"})
    assert b"Please enter" in wrong.content
