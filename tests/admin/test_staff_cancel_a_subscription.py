"""Cancel at the end of the period or now; what the page showed is checked again before anything is done."""

import html
import re
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import Client

from audit.actor import SYSTEM
from audit.models import AuditEntry
from billing.models import StripeCommand
from billing.services import catalog, organizations, subscriptions
from billing.staff import StaffGroup
from tests import factories
from tests.admin.addresses import page_of, verb_of
from tests.admin.scene import staff

REASON = {"reason_code": "customer", "reason": "They moved to another tool"}


@pytest.fixture
def scene(committing: str, sandbox: str) -> SimpleNamespace:
    list(catalog.publish(catalog.shipped_catalog(), by=SYSTEM))
    organization = organizations.register(name="Acme", email="acme@example.com", by=SYSTEM)
    subscription = subscriptions.start(
        organization=organization, plan_code="professional", payment_method="pm_card_visa", by=SYSTEM
    )
    client = Client()
    client.force_login(staff(StaffGroup.SUPPORT))
    return SimpleNamespace(client=client, subscription=subscription)


def page(scene: SimpleNamespace, at: str) -> HttpResponse:
    answer: HttpResponse = scene.client.get(verb_of(scene.subscription, "cancel") + f"?at={at}")
    return answer


def seal(answer: HttpResponse) -> dict[str, str]:
    found = re.search(r'name="seal" value="([^"]*)"', answer.content.decode())
    assert found
    return {"seal": html.unescape(found[1])}


def post(scene: SimpleNamespace, at: str, **fields: str) -> HttpResponse:
    answer: HttpResponse = scene.client.post(verb_of(scene.subscription, "cancel") + f"?at={at}", fields)
    return answer


@pytest.mark.parametrize(("at", "status", "ends"), [("now", "canceled", False), ("period_end", "active", True)])
def test_it_is_done_as_shown(scene: SimpleNamespace, at: str, status: str, ends: bool) -> None:
    shown = page(scene, at)
    assert "−$29.00, churn" in shown.content.decode()
    done = post(scene, at, **seal(shown), **REASON)
    assert done.status_code == 302
    assert done.url == page_of(scene.subscription)  # type: ignore[attr-defined]
    scene.subscription.refresh_from_db()
    assert (scene.subscription.status, scene.subscription.cancel_at_period_end) == (status, ends)
    assert AuditEntry.objects.get(action="subscription.cancel_requested").reason.startswith("Customer asked: They")


def test_the_button_says_when(scene: SimpleNamespace) -> None:
    assert "Cancel now" in page(scene, "now").content.decode()
    assert re.search(r"Cancel on \d+ \w+ \d{4} \(UTC\)", page(scene, "period_end").content.decode())


def test_what_has_changed_since_is_shown_side_by_side(scene: SimpleNamespace) -> None:
    shown = seal(page(scene, "now"))
    factories.InvoiceFactory(
        organization=scene.subscription.organization,
        subscription=scene.subscription,
        status="open",
        amount_remaining=4200,
    )
    answer = post(scene, "now", **shown, **REASON)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "$42.00" in body
    assert "changed" in body
    scene.subscription.refresh_from_db()
    assert scene.subscription.status == "active"


def test_a_page_of_the_other_way_is_not_taken(scene: SimpleNamespace) -> None:
    assert post(scene, "now", **seal(page(scene, "period_end")), **REASON).status_code == 409
    assert post(scene, "now", **REASON).status_code == 409
    scene.subscription.refresh_from_db()
    assert scene.subscription.status == "active"


def test_without_a_reason_nothing_happens(scene: SimpleNamespace) -> None:
    answer = post(scene, "now", **seal(page(scene, "now")))
    assert answer.status_code == 422
    assert 'href="#id_reason"' in answer.content.decode()
    assert not StripeCommand.objects.filter(operation="subscriptions.cancel").exists()


def test_what_has_ended_cannot_end_again(scene: SimpleNamespace) -> None:
    shown = seal(page(scene, "now"))
    subscriptions.cancel(subscription=scene.subscription, at="now", by=SYSTEM)
    assert page(scene, "now").status_code == 409
    assert post(scene, "now", **shown, **REASON).status_code == 409
    assert StripeCommand.objects.filter(operation="subscriptions.cancel").count() == 1


def test_get_with_the_forms_fields_changes_nothing(scene: SimpleNamespace) -> None:
    address = verb_of(scene.subscription, "cancel")
    scene.client.get(address, {"at": "now", **seal(page(scene, "now")), **REASON})
    scene.subscription.refresh_from_db()
    assert scene.subscription.status == "active"


def test_a_post_from_elsewhere_is_refused(scene: SimpleNamespace) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff(StaffGroup.SUPPORT))
    assert strict.post(verb_of(scene.subscription, "cancel"), REASON).status_code == 403
