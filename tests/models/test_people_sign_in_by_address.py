"""Nobody remembers with which capitals an address was typed at the signup."""

from typing import Any

import pytest

from billing.models import User

PASSWORD = "correct horse battery staple"


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["Ada@Example.COM", "ada@example.com", "ADA@EXAMPLE.COM"])
def test_an_address_is_kept_in_small_letters(typed: str) -> None:
    assert User.objects.create_user(typed, PASSWORD).email == "ada@example.com"


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["Ada@Example.COM", "ada@example.com"])
def test_and_found_in_any(typed: str) -> None:
    user = User.objects.create_user("ada@example.com", PASSWORD)
    assert User.objects.get_by_natural_key(typed) == user


@pytest.mark.django_db
@pytest.mark.parametrize("typed", [None, "", "ada", "ada@example.com ", "%@example.com", "_da@example.com"])
def test_anything_else_is_nobody(typed: Any) -> None:
    User.objects.create_user("ada@example.com", PASSWORD)
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(typed)


@pytest.mark.django_db
def test_a_password_is_never_stored() -> None:
    user = User.objects.create_user("ada@example.com", PASSWORD)
    assert PASSWORD not in str(User.objects.values().get())
    assert user.check_password(PASSWORD)
    assert not user.check_password(PASSWORD.upper())


@pytest.mark.django_db
def test_without_a_password_nobody_signs_in() -> None:
    user = User.objects.create_user("ada@example.com")
    assert not user.has_usable_password()
    assert not user.check_password("")


@pytest.mark.django_db
def test_rights_are_given_and_not_assumed() -> None:
    user, chief = User.objects.create_user("a@example.com"), User.objects.create_superuser("b@example.com")
    assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)
    assert (chief.is_staff, chief.is_superuser) == (True, True)


@pytest.mark.parametrize(
    ("name", "full", "short"),
    [("Support Team", "Support Team", "Support"), ("Support", "Support", "Support"), ("", "a@b.com", "a@b.com")],
)
def test_people_are_called_by_name_or_else_by_address(name: str, full: str, short: str) -> None:
    user = User(email="a@b.com", name=name)
    assert (user.get_full_name(), user.get_short_name()) == (full, short)
