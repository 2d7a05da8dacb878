"""A company that paid $948.00 for a year, at the sandbox and here, and people around it."""

import html
import re
from types import SimpleNamespace
from typing import Any

from django.http import HttpResponse
from django.test import Client

from audit.actor import SYSTEM
from billing.models import Payment, User
from billing.services import catalog, organizations, subscriptions
from billing.staff import StaffGroup
from tests.admin.scene import staff
from tests.stripe_events import ask_sandbox, deliver

REASON = {"reason_code": "duplicate", "reason": "Paid twice, see NW-0039"}


def a_paid_year(sandbox: str) -> SimpleNamespace:
    list(catalog.publish(catalog.shipped_catalog(), by=SYSTEM))
    organization = organizations.register(name="Acme", email="acme@example.com", by=SYSTEM)
    subscription = subscriptions.start(
        organization=organization, plan_code="premium", interval="year", payment_method="pm_card_visa", by=SYSTEM
    )
    deliver(sandbox)
    return SimpleNamespace(
        sandbox=sandbox, organization=organization, subscription=subscription, payment=Payment.objects.get()
    )


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def someone(group: StaffGroup) -> Client:
    return client_of(staff(group))


def hidden(answer: HttpResponse) -> dict[str, str]:
    """What the page sends back."""
    found = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode()))
    return {name: html.unescape(value) for name, value in found.items() if name != "csrfmiddlewaretoken"}


def button_of(answer: HttpResponse) -> str:
    """The last button of the page's form, as it is read."""
    main = answer.content.decode().partition("<main")[2]
    return [html.unescape(text) for text in re.findall(r"<button type=\"submit\"[^>]*>(.*?)</button>", main)][-1]


def refunds_at(scene: Any) -> list[int]:
    return [one["amount"] for one in ask_sandbox(scene.sandbox, "/v1/refunds?limit=100")["data"]]
