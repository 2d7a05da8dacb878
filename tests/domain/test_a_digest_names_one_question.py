"""The same question has one digest however it is written; any other question has another."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.digests import digest_of

GIVEN: dict[str, Any] = {
    "verb": "payment.refund",
    "target": ("payment", "pi_1"),
    "parameters": {"amount": 900, "currency": "usd", "reason_code": ""},
    "amount": 900,
    "currency": "usd",
}


def test_it_is_a_sha_256() -> None:
    """Written out: a digest that was stored last year has to be the same this year."""
    assert digest_of(**GIVEN) == "a512824ccd3c739adce4a7630a9e6384960ec1f6d916cc7b238f04a9cf2b3e67"


@pytest.mark.parametrize(
    "changed",
    [
        {"verb": "payment.refunds"},
        {"target": ("payment", "pi_2")},
        {"target": ("paymentpi", "_1")},
        {"parameters": {**GIVEN["parameters"], "amount": 901}},
        {"parameters": {**GIVEN["parameters"], "amount": "900"}},
        {"parameters": {**GIVEN["parameters"], "more": None}},
        {"parameters": {}},
        {"amount": 901},
        {"amount": -900},
        {"currency": "eur"},
    ],
)
def test_another_question_has_another(changed: dict[str, Any]) -> None:
    assert digest_of(**{**GIVEN, **changed}) != digest_of(**GIVEN)


@given(st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=8) | st.none(), max_size=6))
def test_the_order_of_words_does_not_count(parameters: dict[str, Any]) -> None:
    turned = dict(reversed(list(parameters.items())))
    assert digest_of(**{**GIVEN, "parameters": turned}) == digest_of(**{**GIVEN, "parameters": parameters})


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        digest_of(**{**GIVEN, "parameters": {"amount": float("nan")}})
