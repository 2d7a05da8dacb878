"""A change of plan moves money too: over the limit somebody else looks at Stripe's figures, then and now."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.utils import timezone

from audit.actor import SYSTEM
from billing.models import Approval, Invoice, StripeCommand, Subscription
from billing.services import catalog, organizations, subscriptions
from billing.staff import StaffGroup
from tests.admin.addresses import page_of, verb_of
from tests.admin.paid import button_of, hidden, someone
from tests.admin.reading import words
from tests.stripe_events import deliver

REASON = {"reason_code": "sales", "reason": "Agreed by phone with their CFO"}
DEAR = {"plan": "premium", "interval": "year", "quantity": "1"}


@pytest.fixture
def scene(committing: str, sandbox: str) -> SimpleNamespace:
    list(catalog.publish(catalog.shipped_catalog(), by=SYSTEM))
    organization = organizations.register(name="Acme", email="acme@example.com", by=SYSTEM)
    subscription = subscriptions.start(
        organization=organization, plan_code="professional", payment_method="pm_card_visa", by=SYSTEM
    )
    deliver(sandbox)
    return SimpleNamespace(
        subscription=subscription, dana=someone(StaffGroup.SUPPORT), lee=someone(StaffGroup.FINANCE), sandbox=sandbox
    )


def post(scene: SimpleNamespace, step: str, **fields: str) -> HttpResponse:
    address = verb_of(scene.subscription, "change_plan")
    answer: HttpResponse = scene.dana.post(address, {**DEAR, "step": step, **fields})
    return answer


def ask(scene: SimpleNamespace) -> Approval:
    answer = post(scene, "do", **hidden(post(scene, "preview")), **REASON)
    approval = Approval.objects.get()
    assert answer.url == page_of(approval)  # type: ignore[attr-defined]
    return approval


def plan_of(scene: SimpleNamespace) -> str:
    return str(Subscription.objects.get(pk=scene.subscription.pk).items.get().price.plan.code)


def test_the_button_asks_and_nothing_is_sent(scene: SimpleNamespace) -> None:
    shown = post(scene, "preview")
    assert button_of(shown).startswith("Ask for approval of $")
    assert "more than you may move alone" in shown.content.decode()
    approval = ask(scene)
    assert (approval.verb, approval.status, approval.currency) == ("subscription.change_plan", "asked", "usd")
    assert f"${approval.amount / 100:.2f}" in button_of(shown)
    assert plan_of(scene) == "professional"
    assert not StripeCommand.objects.filter(operation="subscriptions.update").exists()


def test_looking_at_it_asks_stripe_nothing(scene: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    approval = ask(scene)

    def never(*words: object, **options: object) -> None:
        raise AssertionError("Stripe was asked by looking.")

    monkeypatch.setattr("billing.services.previews.preview_invoice", never)
    page = scene.lee.get(verb_of(approval, "approve"))
    assert button_of(page) == "Show what it does now"
    body = words(scene.lee.get(page_of(approval)).content.decode())
    assert "When asked" in body
    assert "Premium" in body


def test_both_versions_are_shown_and_then_it_is_done(scene: SimpleNamespace) -> None:
    approval = ask(scene)
    address = verb_of(approval, "approve")
    shown = scene.lee.post(address, {"step": "show"})
    body = words(shown.content.decode())
    assert "When asked Now" in body
    assert "Changed" not in body
    assert button_of(shown) == f"Approve and change plan ${approval.amount / 100:.2f}"
    done = scene.lee.post(address, {"step": "do", **hidden(shown)})
    assert done.status_code == 302
    approval.refresh_from_db()
    assert (approval.status, plan_of(scene)) == ("executed", "premium")


def test_what_was_shown_is_charged(scene: SimpleNamespace) -> None:
    """However long the approver thought: it is computed for the second in which it was asked."""
    approval = ask(scene)
    address = verb_of(approval, "approve")
    shown = scene.lee.post(address, {"step": "show"})
    scene.lee.post(address, {"step": "do", **hidden(shown)})
    command = StripeCommand.objects.get(operation="subscriptions.update")
    assert command.parameters["proration_date"] == approval.parameters["proration_date"]
    deliver(scene.sandbox)
    newest = scene.subscription.organization
    assert Invoice.objects.filter(organization=newest).order_by("-id")[0].total == approval.amount


def test_after_a_renewal_it_is_stale(scene: SimpleNamespace) -> None:
    approval = ask(scene)
    Subscription.objects.update(current_period_start=timezone.now() + timedelta(days=1))
    answer = scene.lee.post(verb_of(approval, "approve"), {"step": "do"})
    assert answer.status_code == 409
    approval.refresh_from_db()
    assert (approval.status, plan_of(scene)) == ("failed", "professional")


def test_a_small_change_needs_nobody(scene: SimpleNamespace) -> None:
    small = {"plan": "professional", "interval": "month", "quantity": "2"}
    address = verb_of(scene.subscription, "change_plan")
    shown = scene.dana.post(address, {**small, "step": "preview"})
    assert button_of(shown).startswith("Charge $")
    assert scene.dana.post(address, {**small, "step": "do", **hidden(shown), **REASON}).status_code == 302
    assert not Approval.objects.exists()
