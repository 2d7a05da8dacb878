"""Callers branch on the code and show the sentence: both are part of the interface, for every refusal there is."""

import re

import pytest

from billing.models import StripeCommand
from billing.services import (  # noqa: F401 - each brings its refusals
    api_keys,
    idempotency,
    organizations,
    previews,
    prices,
    subscriptions,
)
from billing.services.errors import Cannot, OutcomeUnknown, PaymentDeclined, StripeRefused


def refusals() -> list[type[Cannot]]:
    found, new = [], [Cannot]
    while new:
        found.append(new.pop())
        new += found[-1].__subclasses__()
    return sorted(set(found), key=lambda one: one.__name__)


@pytest.mark.parametrize("refusal", refusals())
def test_it_has_a_code_and_a_status(refusal: type[Cannot]) -> None:
    assert re.fullmatch("[a-z]+(_[a-z]+)*", refusal.code)
    assert refusal.status in {400, 402, 403, 404, 409, 422, 503}
    assert refusal.__doc__


def test_no_two_share_a_code() -> None:
    codes = [refusal.code for refusal in refusals()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("refusal", refusals())
def test_the_sentence_is_what_is_shown(refusal: type[Cannot]) -> None:
    made = refusal("Do it again tomorrow.")
    assert str(made) == made.detail == "Do it again tomorrow."
    assert made.code == refusal.code


def test_one_occasion_may_have_a_code_of_its_own() -> None:
    assert Cannot("No.", code="special").code == "special"
    assert Cannot("No.", code="").code == Cannot.code == "refused"


def test_a_decline_carries_the_banks_reason() -> None:
    declined = PaymentDeclined("Your card was declined.", decline_code="lost_card")
    assert (declined.code, declined.status, declined.decline_code) == ("card_declined", 402, "lost_card")
    assert PaymentDeclined("No.").decline_code == ""


def test_stripes_own_code_is_passed_on() -> None:
    assert StripeRefused("No such price.", code="resource_missing").code == "resource_missing"
    assert StripeRefused("Bad.", code="").code == "stripe_refused"


def test_no_answer_is_no_refusal() -> None:
    """Whoever catches refusals must not tell somebody that it failed."""
    command = StripeCommand(operation="subscriptions.create", public_id="cmd_1")
    silence = OutcomeUnknown(command)
    assert not isinstance(silence, Cannot)
    assert silence.command is command
    assert "subscriptions.create cmd_1" in str(silence)
