"""What callers send about plans: one meaning for each spelling, bounds that are sharp, and every fault named."""

import pytest
from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework.exceptions import ValidationError

from billing.api.subscription_inputs import (
    MAX_QUANTITY,
    MAX_TRIAL_DAYS,
    SPELLINGS,
    CancelSerializer,
    ChangeSerializer,
    PlanChoiceSerializer,
    StartSerializer,
    read,
)


def faults(serializer, data) -> dict[str, str]:
    """Field and code of each fault."""
    with pytest.raises(ValidationError) as refused:
        read(serializer, data)
    assert not isinstance(refused.value, DjangoValidationError)
    return {field: codes[0] for field, codes in refused.value.get_codes().items()}


@pytest.mark.parametrize("name", ["plan_id", "planTier", "planId", "plan"])
def test_a_plan_has_four_names(name):
    assert read(PlanChoiceSerializer, {name: "pro"}) == {"plan_code": "pro", "interval": ""}


@pytest.mark.parametrize(
    ("sent", "interval"),
    [
        ({}, ""),  # left open: a change keeps it, a start takes months
        ({"interval": "month"}, "month"),
        ({"interval": "year"}, "year"),
        ({"is_annual": True}, "year"),
        ({"isAnnual": True}, "year"),
        ({"is_annual": False}, "month"),
        ({"isAnnual": "false"}, "month"),
        ({"interval": "year", "is_annual": False}, "year"),
        ({"interval": "month", "isAnnual": True}, "month"),
    ],
)
def test_an_interval_may_be_said_as_annual_or_not(sent, interval):
    assert read(PlanChoiceSerializer, {"plan": "pro", **sent})["interval"] == interval


@pytest.mark.parametrize("serializer", [PlanChoiceSerializer, StartSerializer, ChangeSerializer])
@pytest.mark.parametrize(
    ("sent", "field", "code"),
    [
        ({"interval": "week"}, "interval", "invalid_choice"),
        ({"interval": "Month"}, "interval", "invalid_choice"),
        ({"interval": ""}, "interval", "invalid_choice"),
        ({"isAnnual": "perhaps"}, "is_annual", "invalid"),
        ({"is_annual": None}, "is_annual", "null"),
        ({"quantity": 0}, "quantity", "min_value"),
        ({"quantity": -1}, "quantity", "min_value"),
        ({"quantity": MAX_QUANTITY + 1}, "quantity", "max_value"),
        ({"quantity": 1.5}, "quantity", "invalid"),
        ({"quantity": "many"}, "quantity", "invalid"),
        ({"quantity": None}, "quantity", "null"),
        ({"plan_id": None}, "plan_id", "null"),
        ({"plan_id": ""}, "plan_id", "blank"),
        ({"plan_id": "x" * 65}, "plan_id", "max_length"),
        ({"plan_id": ["pro"]}, "plan_id", "invalid"),
        ({"plan_id": "a\x00"}, "plan_id", "null_characters_not_allowed"),
    ],
)
def test_each_fault_has_its_field_and_code(serializer, sent, field, code):
    assert faults(serializer, {"plan_id": "pro", **sent}) == {field: code}


@pytest.mark.parametrize("quantity", [1, 2, MAX_QUANTITY, "7"])
def test_quantities_in_their_bounds(quantity):
    assert read(StartSerializer, {"plan": "pro", "quantity": quantity})["quantity"] == int(quantity)


@pytest.mark.parametrize("data", [{}, {"plan_tier": "pro"}, {"PLAN": "pro"}])
def test_a_choice_needs_a_plan_and_a_change_does_not(data):
    assert faults(PlanChoiceSerializer, data) == faults(StartSerializer, data) == {"plan_id": "required"}
    assert read(ChangeSerializer, data) == {"plan_code": "", "interval": "", "preview_token": "", "reason": ""}


def test_a_start_has_its_defaults():
    assert read(StartSerializer, {"plan": "pro"}) == {
        "plan_code": "pro",
        "interval": "",
        "trial_days": 0,
        "payment_method": "",
    }


@pytest.mark.parametrize(
    ("days", "code"), [(-1, "min_value"), (MAX_TRIAL_DAYS + 1, "max_value"), ("x", "invalid"), (None, "null")]
)
def test_a_trial_has_at_most_stripes_two_years(days, code):
    assert faults(StartSerializer, {"plan": "pro", "trial_days": days}) == {"trial_days": code}
    assert read(StartSerializer, {"plan": "pro", "trial_days": MAX_TRIAL_DAYS})["trial_days"] == 730


@pytest.mark.parametrize(
    ("serializer", "name", "most"),
    [
        (StartSerializer, "payment_method", 255),
        (ChangeSerializer, "preview_token", 2048),
        (ChangeSerializer, "reason", 500),
        (CancelSerializer, "reason", 500),
    ],
)
def test_texts_are_as_long_as_they_may_be(serializer, name, most):
    base = {} if serializer is CancelSerializer else {"plan": "pro"}
    assert read(serializer, {**base, name: "x" * most})[name] == "x" * most
    assert read(serializer, {**base, name: ""})[name] == ""
    assert faults(serializer, {**base, name: "x" * (most + 1)}) == {name: "max_length"}


@pytest.mark.parametrize(
    ("sent", "at"), [({}, "period_end"), ({"at": "now"}, "now"), ({"at": "period_end"}, "period_end")]
)
def test_a_cancellation_waits_unless_it_is_told_not_to(sent, at):
    assert read(CancelSerializer, sent) == {"at": at, "reason": ""}


@pytest.mark.parametrize("at", ["", "later", "NOW", None, True, 1])
def test_there_are_two_times_to_cancel(at):
    assert list(faults(CancelSerializer, {"at": at})) == ["at"]


@pytest.mark.parametrize("serializer", [StartSerializer, ChangeSerializer, CancelSerializer])
@pytest.mark.parametrize("data", [[], "pro", 5, None, True, [{"plan": "pro"}]])
def test_only_an_object_is_read(serializer, data):
    with pytest.raises(ValidationError):
        read(serializer, data)


def test_every_other_spelling_leads_to_a_field():
    fields = {**StartSerializer().fields, **ChangeSerializer().fields}
    assert set(SPELLINGS.values()) <= set(fields)
    assert not set(SPELLINGS) & set(fields)


@pytest.mark.parametrize(("other", "name"), [("previewToken", "preview_token"), ("paymentMethod", "payment_method")])
def test_tokens_and_methods_have_two_names(other, name):
    serializer = ChangeSerializer if name == "preview_token" else StartSerializer
    assert read(serializer, {"plan": "pro", other: "abc"})[name] == "abc"
