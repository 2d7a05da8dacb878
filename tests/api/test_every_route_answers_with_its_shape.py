"""Each read gives the keys of the contract, and exactly what the OpenAPI document promises."""

from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from billing.api.docs import document
from billing.models import InvoicePayment, PaymentMethod
from tests.api.calls import Api
from tests.factories import (
    START,
    FeatureFactory,
    MembershipFactory,
    OrganizationFactory,
    PaymentFactory,
    PlanFactory,
    PlanFeatureFactory,
    PriceFactory,
    SubscriptionItemFactory,
)

pytestmark = pytest.mark.django_db


def check(path: str, body: Any, method: str = "get", status: str = "200") -> Any:
    """Assert that the body is what the document says of the route."""
    whole = document()
    schema = whole["paths"][f"/api/v1/{path}"][method]["responses"][status]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": whole["components"]}).validate(body)
    return body


def test_a_subscription(api, organization, subscribed):
    row = subscribed(organization, cancel_at_period_end=True, cancel_at=START + timedelta(days=31))
    item = row.items.get()
    body = check("billing/subscription", api.get("billing/subscription").json())
    assert body["id"] == row.stripe_id
    assert body["status"] == "active"
    assert body["plan"] == {"id": item.price.plan.code, "name": item.price.plan.name}
    assert body["current_period"] == {"start": "2026-01-01T00:00:00Z", "end": "2026-02-01T00:00:00Z"}
    assert body["cancel_at_period_end"] is True
    assert body["pause"] is None
    assert body["items"][0]["price"]["amount"] == {"amount": 2900, "currency": "usd"}
    assert body["items"][0]["current_period"] == body["current_period"]


def test_a_paused_subscription_whose_price_is_not_known_yet(api, organization, subscribed):
    row = subscribed(organization, pause_behavior="void", pause_resumes_at=START)
    SubscriptionItemFactory(subscription=row, price=None, price_id="price_unseen", position=1)
    row.items.filter(position=0).delete()
    body = check("billing/subscription", api.get("billing/subscription").json())
    assert body["pause"] == {"behavior": "void", "resumes_at": "2026-01-01T00:00:00Z"}
    assert body["plan"] is None
    assert body["items"][0]["price"] is None


def test_the_list_of_subscriptions_has_ended_ones_too(api, organization, subscribed):
    ended = subscribed(organization, status="canceled", stripe_created_at=START - timedelta(days=1))
    live = subscribed(organization)
    body = check("billing/subscriptions", api.get("billing/subscriptions").json())
    assert [row["id"] for row in body["data"]] == [live.stripe_id, ended.stripe_id]
    assert body["pagination"] == {"next": None, "previous": None, "limit": 25}


def test_an_invoice_with_its_lines(api, organization, invoiced):
    row = invoiced(organization)
    body = check("billing/invoices/{invoice_id}", api.get(f"billing/invoices/{row.stripe_id}").json())
    assert body["number"] == row.number
    assert body["total"] == {"amount": 2900, "currency": "usd"}
    assert [line["amount"]["amount"] for line in body["lines"]] == [2000, 900]
    assert check("billing/invoices", api.get("billing/invoices").json())["data"] == [body]


def test_a_payment_and_its_invoice(api, organization, invoiced):
    invoice = invoiced(organization)
    payment = PaymentFactory(organization=organization, failure_code="insufficient_funds", failure_message="No.")
    InvoicePayment.objects.create(
        organization=organization,
        stripe_id="inpay_1",
        invoice=invoice,
        payment=payment,
        status="paid",
        amount_requested=2900,
        currency="usd",
        created_at=START,
    )
    outside = PaymentFactory(organization=organization, stripe_id=None, created_at=START - timedelta(days=1))
    first, second = check("billing/payments", api.get("billing/payments").json())["data"]
    assert first["id"] == payment.stripe_id
    assert first["invoices"] == [invoice.stripe_id]
    assert first["failure"] == {"code": "insufficient_funds", "message": "No."}
    assert second["id"] == outside.public_id
    assert second["failure"] is None


def test_payment_methods_in_use(api, organization):
    for name, detached in (("pm_1", False), ("pm_2", True), ("pm_3", False)):
        PaymentMethod.objects.create(
            organization=organization,
            stripe_id=name,
            type="card" if name == "pm_1" else "sepa_debit",
            card_brand="visa" if name == "pm_1" else "",
            card_last_four="4242" if name == "pm_1" else "",
            detached=detached,
            created_at=START,
        )
    organization.default_payment_method_id = "pm_1"
    organization.save()
    rows = check("billing/payment-methods", api.get("billing/payment-methods").json())["data"]
    assert [(row["id"], row["is_default"], row["card"] and row["card"]["last_four"]) for row in rows] == [
        ("pm_3", False, None),
        ("pm_1", True, "4242"),
    ]


def test_the_organization(api, organization):
    body = check("organization", api.get("organization").json())
    assert body["id"] == organization.public_id
    assert body["balance"] == {"amount": 0, "currency": "usd"}


def test_members(api, organization):
    member = MembershipFactory(organization=organization, role="billing")
    MembershipFactory()
    body = check("memberships", api.get("memberships").json())
    assert [(row["email"], row["role"]) for row in body["data"]] == [(member.user.email, "billing")]


def test_keys_never_show_their_secret(api):
    body = check("api-keys", api.get("api-keys").json())
    assert len(body["data"]) == 1
    assert "secret" not in body["data"][0]


def test_the_catalog_is_public_and_cacheable():
    plan = PlanFactory(code="professional", position=1)
    PlanFactory(public=False)
    PlanFactory(active=False)
    PriceFactory(plan=plan)
    PriceFactory(plan=plan, active=False)
    PlanFeatureFactory(plan=plan, feature=FeatureFactory(code="api_calls", meter_code="api_calls"), limit=10_000)
    PlanFeatureFactory(plan=plan, feature=FeatureFactory(code="sso"), limit=None)
    answer = Api().get("meta/plans")
    (shown,) = check("meta/plans", answer.json())["data"]
    assert shown["id"] == "professional"
    assert [(f["id"], f["meter"], f["limit"]) for f in shown["features"]] == [
        ("api_calls", "api_calls", "10000"),
        ("sso", None, None),
    ]
    assert [price["interval"] for price in shown["prices"]] == ["month"]
    assert answer["Cache-Control"] == "public, max-age=300"
    again = Api().get("meta/plans", **{"If-None-Match": f"W/{answer['ETag']}"})
    assert (again.status_code, again.content) == (304, b"")
    PriceFactory(plan=plan, interval="year")
    assert Api().get("meta/plans", **{"If-None-Match": answer["ETag"]}).status_code == 200


def test_features(settings):
    settings.BILLING_ENABLED = True
    body = check("meta/features", Api().get("meta/features").json())
    assert body["billingEnabled"] is True


def test_who_one_is(api):
    check("auth/me", api.get("auth/me").json())


def test_heads_are_answered_without_a_body(api, organization):
    answer = api("HEAD", "organization")
    assert (answer.status_code, answer.content) == (200, b"")


def test_money_of_currencies_without_decimals_is_not_scaled(api, organization, invoiced):
    row = invoiced(organization, currency="jpy", total=2900)
    body = api.get(f"billing/invoices/{row.stripe_id}").json()
    assert body["total"] == {"amount": 2900, "currency": "jpy"}


def test_several_live_subscriptions_are_named(api, organization, subscribed):
    one, two = subscribed(organization), subscribed(organization)
    assert api.get("billing/subscription").json()["code"] == "subscription_ambiguous"
    for row in (one, two):
        assert api.get(f"billing/subscription?subscription={row.stripe_id}").json()["id"] == row.stripe_id


def test_without_a_subscription(api, subscribed):
    subscribed(OrganizationFactory())
    answer = api.get("billing/subscription")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_subscription")
