"""A customer's key that could hold `analytics:read` would show every other customer's revenue."""

import pytest

from billing.domain.scopes import INSTALLATION_ONLY, OF_AN_ORGANIZATION, Scope


def test_every_scope_is_on_exactly_one_side() -> None:
    assert set(Scope) == INSTALLATION_ONLY | OF_AN_ORGANIZATION
    assert not INSTALLATION_ONLY & OF_AN_ORGANIZATION


@pytest.mark.parametrize("name", ["analytics:read", "metrics:read"])
def test_what_shows_everybodys_numbers_is_for_the_installation(name: str) -> None:
    assert Scope(name) in INSTALLATION_ONLY


@pytest.mark.parametrize("name", ["billing:read", "billing:write", "usage:read", "usage:write", "audit:read"])
def test_a_customers_key_may_hold_what_is_its_own(name: str) -> None:
    """The names are stored in keys that were issued: one that changes locks its holders out."""
    assert Scope(name) in OF_AN_ORGANIZATION


@pytest.mark.parametrize("name", ["", "billing", "billing:*", "BILLING:READ", "billing:read ", "admin"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a valid Scope"):
        Scope(name)
