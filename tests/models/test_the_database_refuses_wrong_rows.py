"""Code has mistakes; a wrong amount, currency or status must not reach the tables by any of its ways."""

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from tests.models.wrong_rows import MAKERS, RIGHT, WRONG

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("constraint", "model", "fields"), WRONG)
def test_it_is_refused_when_it_is_made(constraint: str, model: str, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=f'"{constraint}"'), transaction.atomic():
        MAKERS[model](**fields)


# What an approval asks for does not change at all: test_what_was_asked_for_stays_as_it_was_asked
CHANGING = {each[0]: each for each in WRONG if each[1] != "Approval"}


@pytest.mark.parametrize(("constraint", "model", "fields"), CHANGING.values())
def test_so_is_making_a_right_one_wrong(constraint: str, model: str, fields: dict[str, Any]) -> None:
    row = MAKERS[model]()
    table = type(row)._default_manager
    before = table.values().get()
    with pytest.raises(IntegrityError, match=f'"{constraint}"'), transaction.atomic():
        table.filter(pk=row.pk).update(**fields)
    assert table.values().get() == before


@pytest.mark.parametrize(("model", "fields"), RIGHT)
def test_what_is_at_the_edge_is_kept_exactly(model: str, fields: dict[str, Any]) -> None:
    row = MAKERS[model](**fields)
    row.refresh_from_db()
    assert {name: getattr(row, name) for name in fields} == fields


def test_every_check_is_tried_here() -> None:
    checks = {
        constraint.name
        for model in apps.get_app_config("billing").get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    }
    assert checks == {constraint for constraint, _, _ in WRONG}


CHOSEN = [
    ("Organization", "origin"),
    ("Membership", "role"),
    ("Subscription", "status"),
    ("SubscriptionChange", "precision"),
    ("Invoice", "status"),
    ("Payment", "status"),
    ("StripeCommand", "status"),
    ("IdempotencyRecord", "status"),
    ("WebhookEvent", "status"),
]


@pytest.mark.parametrize(("model", "field"), CHOSEN)
def test_every_choice_of_a_model_is_allowed_by_its_check(model: str, field: str) -> None:
    """A status that the code knows and the database refuses would be found by a customer."""
    row = MAKERS[model]()
    choices = [value for value, _ in row._meta.get_field(field).choices]
    assert len(choices) > 1
    for value in choices:
        setattr(row, field, value)
        row.save()
        row.refresh_from_db()
        assert getattr(row, field) == value
