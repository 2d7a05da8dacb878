"""What must be there once is there once, also when two processes check at the same moment: the database decides."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from billing.models import ApiKey, InvoicePayment, Membership, Organization, PaymentMethod, PlanFeature, User
from billing.models.stripe_object import StripeObject
from tests import factories
from tests.factories import START, OrganizationFactory, PlanFactory, UserFactory
from tests.models import money_rows
from tests.models.wrong_rows import MAKERS

pytestmark = pytest.mark.django_db

UNIQUE = [
    ("Organization", "public_id"),
    ("Organization", "stripe_customer_id"),
    ("Membership", "public_id"),
    ("Price", "stripe_id"),
    ("Subscription", "stripe_id"),
    ("SubscriptionChange", "source_id"),
    ("Invoice", "stripe_id"),
    ("Payment", "public_id"),
    ("Payment", "stripe_id"),
    ("PaymentAttempt", "stripe_id"),
    ("Refund", "stripe_id"),
    ("StripeCommand", "public_id"),
    ("StripeCommand", "idempotency_key"),
    ("WebhookEvent", "stripe_event_id"),
    ("Approval", "public_id"),
    ("BalanceTransaction", "stripe_id"),
    ("Payout", "stripe_id"),
    ("CreditNote", "stripe_id"),
    ("Dispute", "stripe_id"),
]
MORE: list[tuple[str, str, Callable[..., Any]]] = [
    ("User", "email", UserFactory),
    ("ReconciliationRun", "public_id", lambda **fields: MAKERS["ReconciliationRun"](status="done", **fields)),
    ("CreditNoteLine", "stripe_id", money_rows.credit_note_line),
    (
        "Approval",
        "command",
        lambda **fields: MAKERS["Approval"](**{"command": MAKERS["StripeCommand"](), **fields}),
    ),
    ("Plan", "code", PlanFactory),
    ("Plan", "stripe_product_id", PlanFactory),
    ("Feature", "code", factories.FeatureFactory),
    ("SubscriptionItem", "stripe_id", factories.SubscriptionItemFactory),
    ("InvoiceLine", "stripe_id", factories.InvoiceLineFactory),
    (
        "StripeObject",
        "stripe_id",
        lambda **fields: StripeObject.objects.create(
            **{"stripe_id": "x", "object_type": "x", "api_version": "x", "snapshot": {}, **fields}
        ),
    ),
    (
        "PaymentMethod",
        "stripe_id",
        lambda stripe_id="pm_1": PaymentMethod.objects.create(
            stripe_id=stripe_id, organization=OrganizationFactory(), type="card", created_at=START
        ),
    ),
    (
        "InvoicePayment",
        "stripe_id",
        lambda stripe_id="inpay_1": InvoicePayment.objects.create(
            stripe_id=stripe_id,
            organization=OrganizationFactory(),
            invoice_id="in_later",
            status="paid",
            amount_requested=1,
            currency="usd",
            created_at=START,
        ),
    ),
    (
        "ApiKey",
        "public_id",
        lambda **fields: ApiKey.objects.create(
            **{"name": "x", "hashed_secret": fields.get("public_id", "a"), **fields}
        ),
    ),
    (
        "ApiKey",
        "replaces",
        lambda replaces=None: (
            ApiKey.issue(live=False, name="x", replaces=replaces or ApiKey.issue(live=False, name="old").key).key
        ),
    ),
]
ALL = [*[(model, field, MAKERS[model]) for model, field in UNIQUE], *MORE]


@pytest.mark.parametrize(("model", "field", "make"), ALL)
def test_an_id_is_given_once(model: str, field: str, make: Callable[..., Any]) -> None:
    first = make()
    with pytest.raises(IntegrityError, match=field), transaction.atomic():
        make(**{field: getattr(first, field)})
    assert type(first)._default_manager.filter(**{field: getattr(first, field)}).count() == 1


def test_every_unique_column_is_tried_here() -> None:
    tried = {(model, field) for model, field, _ in ALL}
    tried.add(("ApiKey", "hashed_secret"))  # below
    columns = {
        (model.__name__, field.name)
        for model in apps.get_app_config("billing").get_models()
        for field in model._meta.fields
        if field.unique and not field.primary_key
    }
    assert columns == tried


def test_every_unique_constraint_is_tried_here() -> None:
    named = {
        constraint.name
        for model in apps.get_app_config("billing").get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
    }
    assert named == {
        "membership_once",
        "plan_feature_once",
        "idempotency_key_once",
        "user_email_any_case",
        "reconciliation_one_unfinished",  # test_a_run_is_asked_for_once below
        "discrepancy_one_open",
        "job_run_one_a_slot",  # test_a_job_runs_once_at_a_time_and_once_a_slot
        "job_run_one_at_a_time",
        "dead_letter_one_open",  # test_a_dead_event_is_work_for_a_person
        "approval_one_open",  # test_what_was_asked_for_stays_as_it_was_asked
    }


def test_a_person_is_a_member_once() -> None:
    user, organization = UserFactory(), OrganizationFactory()
    Membership.objects.create(user=user, organization=organization, role="viewer")
    Membership.objects.create(user=user, organization=OrganizationFactory(), role="viewer")
    with pytest.raises(IntegrityError, match="membership_once"), transaction.atomic():
        Membership.objects.create(user=user, organization=organization, role="owner")


def test_a_plan_has_a_limit_of_a_feature_once() -> None:
    first = factories.PlanFeatureFactory()
    factories.PlanFeatureFactory(plan=first.plan)
    factories.PlanFeatureFactory(feature=first.feature)
    with pytest.raises(IntegrityError, match="plan_feature_once"), transaction.atomic():
        PlanFeature.objects.create(plan=first.plan, feature=first.feature, limit=1)


def test_a_key_is_used_once_in_its_scope() -> None:
    MAKERS["IdempotencyRecord"](scope="a", key="k")
    MAKERS["IdempotencyRecord"](scope="b", key="k")
    MAKERS["IdempotencyRecord"](scope="a", key="K")
    with pytest.raises(IntegrityError, match="idempotency_key_once"), transaction.atomic():
        MAKERS["IdempotencyRecord"](scope="a", key="k")


@pytest.mark.parametrize("email", ["a@example.com", "A@example.com", "a@EXAMPLE.com"])
def test_an_address_signs_in_once_whatever_its_case(email: str) -> None:
    User.objects.create(email="a@example.com")
    with pytest.raises(IntegrityError, match="email"), transaction.atomic():
        User.objects.create(email=email)


def test_a_secret_opens_one_key() -> None:
    first = ApiKey.issue(live=False, name="a").key
    with pytest.raises(IntegrityError, match="hashed_secret"), transaction.atomic():
        ApiKey.objects.create(name="b", hashed_secret=first.hashed_secret)


def test_many_may_wait_for_their_stripe_id() -> None:
    """Null is not equal to null: an organization exists before its customer does."""
    for _ in range(3):
        OrganizationFactory(stripe_customer_id=None)
        PlanFactory(stripe_product_id=None)
        factories.PaymentFactory(stripe_id=None)
    assert Organization.objects.filter(stripe_customer_id=None).count() >= 3


def test_a_run_is_asked_for_once() -> None:
    run = MAKERS["ReconciliationRun"]()
    with pytest.raises(IntegrityError, match="reconciliation_one_unfinished"), transaction.atomic():
        MAKERS["ReconciliationRun"](status="running")
    type(run).objects.update(status="done")
    MAKERS["ReconciliationRun"]()


def test_a_difference_is_open_once() -> None:
    first = MAKERS["Discrepancy"](stripe_id="in_1")
    with pytest.raises(IntegrityError, match="discrepancy_one_open"), transaction.atomic():
        MAKERS["Discrepancy"](stripe_id="in_1")
    type(first).objects.update(status="resolved")
    MAKERS["Discrepancy"](stripe_id="in_1")
