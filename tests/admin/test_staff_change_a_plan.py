"""Choose, see Stripe's figures, give a reason, do: against the sandbox, with what was shown being what is charged."""

import html
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import Client

from audit.actor import SYSTEM
from audit.models import AuditEntry
from billing.models import Invoice, StripeCommand, Subscription
from billing.services import catalog, organizations, previews, subscriptions
from billing.staff import StaffGroup
from tests.admin.addresses import page_of, verb_of
from tests.admin.scene import staff
from tests.stripe_events import deliver

REASON = {"reason_code": "customer", "reason": "Asked by phone, ticket 4711"}
PREMIUM = {"plan": "premium", "interval": "month", "quantity": "1"}


@pytest.fixture
def scene(committing: str, sandbox: str) -> SimpleNamespace:
    list(catalog.publish(catalog.shipped_catalog(), by=SYSTEM))
    organization = organizations.register(name="Acme", email="acme@example.com", by=SYSTEM)
    subscription = subscriptions.start(
        organization=organization, plan_code="professional", payment_method="pm_card_visa", by=SYSTEM
    )
    deliver(sandbox)
    user = staff(StaffGroup.FINANCE)
    client = Client()
    client.force_login(user)
    return SimpleNamespace(client=client, user=user, subscription=subscription, sandbox=sandbox)


def post(scene: SimpleNamespace, step: str, **fields: str) -> HttpResponse:
    address = verb_of(scene.subscription, "change_plan")
    answer: HttpResponse = scene.client.post(address, {**PREMIUM, "step": step, **fields})
    return answer


def hidden(answer: HttpResponse) -> dict[str, str]:
    """What the page sends back: the token, and what it showed."""
    found = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode()))
    return {name: html.unescape(value) for name, value in found.items() if name != "csrfmiddlewaretoken"}


def now_is(subscription: Subscription) -> str:
    subscription.refresh_from_db()
    return str(subscription.items.get().price.plan.code)


def test_looking_asks_nobody(scene: SimpleNamespace) -> None:
    commands = StripeCommand.objects.count()
    page = scene.client.get(verb_of(scene.subscription, "change_plan"))
    assert page.status_code == 200
    assert "Show what this does" in page.content.decode()
    assert StripeCommand.objects.count() == commands
    assert now_is(scene.subscription) == "professional"


def test_what_is_shown_is_what_is_charged(scene: SimpleNamespace) -> None:
    preview = post(scene, "preview")
    body = preview.content.decode()
    button = re.search(r"Charge \$([\d.]+) and change to Premium", body)
    assert button
    for label in ("Customer pays or gets now", "Next invoice", "Tax", "MRR", "Access and limits", "Can be undone"):
        assert label in body
    assert "expansion" in body
    assert now_is(scene.subscription) == "professional"

    done = post(scene, "do", **hidden(preview), **REASON)
    assert done.status_code == 302
    assert now_is(scene.subscription) == "premium"
    command = StripeCommand.objects.order_by("-id").first()
    assert command is not None
    assert done.url == page_of(command)  # type: ignore[attr-defined]
    deliver(scene.sandbox)
    charged = Invoice.objects.order_by("-id").first()
    assert charged is not None
    assert f"{charged.amount_due / 100:.2f}" == button[1]
    steps = scene.client.get(page_of(command)).content.decode()
    assert steps.count('class="is-done"') == 4


def test_who_did_it_and_why_stands_in_the_log(scene: SimpleNamespace) -> None:
    post(scene, "do", **hidden(post(scene, "preview")), **REASON)
    entry = AuditEntry.objects.get(action="subscription.change_requested")
    assert (entry.actor_kind, entry.actor_id) == ("staff", str(scene.user.pk))
    assert entry.reason == "Customer asked: Asked by phone, ticket 4711"
    page = scene.client.get(page_of(scene.subscription)).content.decode()
    assert "Asked by phone, ticket 4711" in page
    assert f"{scene.user.get_full_name()} (staff)" in page


@pytest.mark.parametrize(
    "reason", [{}, {"reason_code": "customer", "reason": "short"}, {"reason_code": "nonsense", "reason": "x" * 40}]
)
def test_without_a_reason_nothing_happens(scene: SimpleNamespace, reason: dict[str, str]) -> None:
    answer = post(scene, "do", **hidden(post(scene, "preview")), **reason)
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.content.decode()
    assert now_is(scene.subscription) == "professional"
    assert not AuditEntry.objects.filter(action="subscription.change_requested").exists()


def test_without_a_preview_nothing_happens(scene: SimpleNamespace) -> None:
    assert post(scene, "do", **REASON).status_code == 422
    assert now_is(scene.subscription) == "professional"


def test_a_preview_of_something_else_is_stale(scene: SimpleNamespace) -> None:
    """Both versions stand side by side, and nothing was done."""
    shown = hidden(post(scene, "preview"))
    answer = post(scene, "do", **shown, **REASON, plan="enterprise")
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "When shown" in body
    assert "$79.00" in body
    assert "$199.00" in body
    assert now_is(scene.subscription) == "professional"
    assert StripeCommand.objects.filter(operation="subscriptions.update").count() == 0


def test_an_old_preview_is_stale(scene: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = hidden(post(scene, "preview"))
    monkeypatch.setattr(previews, "LIFE", timedelta(seconds=-1))
    answer = post(scene, "do", **shown, **REASON)
    assert answer.status_code == 409
    assert "older than 15 minutes" in answer.content.decode()
    assert now_is(scene.subscription) == "professional"


@pytest.mark.parametrize("token", ["", "forged", "a:b:c"])
def test_a_forged_token_does_nothing(scene: SimpleNamespace, token: str) -> None:
    shown = {**hidden(post(scene, "preview")), "preview_token": token}
    assert post(scene, "do", **shown, **REASON).status_code in (409, 422)
    assert now_is(scene.subscription) == "professional"


def test_what_it_has_already_is_no_change(scene: SimpleNamespace) -> None:
    shown = hidden(post(scene, "preview", plan="professional"))
    answer = post(scene, "do", **shown, **REASON, plan="professional")
    assert answer.status_code == 409
    assert "already" in answer.content.decode()


@pytest.mark.parametrize(
    "fields", [{"plan": "none"}, {"quantity": "0"}, {"quantity": "x"}, {"interval": "week"}, {"plan": ""}]
)
def test_what_cannot_be_chosen_is_said_at_the_field(scene: SimpleNamespace, fields: dict[str, str]) -> None:
    answer = post(scene, "preview", **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_a_declined_card_leaves_the_plan(scene: SimpleNamespace) -> None:
    subscription = subscriptions_on_a_bad_card(scene)
    scene.subscription = subscription
    answer = post(scene, "do", **hidden(post(scene, "preview")), **REASON)
    assert answer.status_code == 402
    assert "Nothing was changed" in answer.content.decode()
    assert now_is(subscription) == "starter"


def subscriptions_on_a_bad_card(scene: SimpleNamespace) -> Subscription:
    """The free plan asks the card for nothing, so that a bad one is only found when the plan changes."""
    organization = organizations.register(name="Bad card", email="bad@example.com", by=SYSTEM)
    started = subscriptions.start(
        organization=organization,
        plan_code="starter",
        payment_method="pm_card_chargeCustomerFail",
        by=SYSTEM,
    )
    item = started.items.get()
    assert item.price.unit_amount == 0
    return started


def test_a_state_that_forbids_it_says_so(scene: SimpleNamespace) -> None:
    subscriptions.cancel(subscription=scene.subscription, at="now", by=SYSTEM)
    page = scene.client.get(page_of(scene.subscription)).content.decode()
    assert "Change plan: not possible while the subscription is cancelled" in page
    assert scene.client.get(verb_of(scene.subscription, "change_plan")).status_code == 409
    assert post(scene, "do", **REASON).status_code == 409


def test_only_those_who_may(scene: SimpleNamespace) -> None:
    client = Client()
    client.force_login(staff(StaffGroup.AUDITOR))
    assert client.post(verb_of(scene.subscription, "change_plan"), {**PREMIUM, "step": "preview"}).status_code == 403


def test_stripe_being_away_is_said_and_changes_nothing(
    scene: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    from billing.gateway import client

    settings.STRIPE_API_BASE = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    client._client.cache_clear()
    answer = post(scene, "preview")
    assert answer.status_code == 503
    assert "Nothing was changed" in answer.content.decode()
