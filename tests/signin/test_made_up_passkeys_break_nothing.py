"""What no authenticator answers is refused in words, at each of the three places that take an answer."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from billing.models import User
from tests.signin.people import CONFIRM, PASSWORD, SECOND, browser, enter_password, is_in, member_of_staff, with_app

pytestmark = pytest.mark.django_db
ADD = "/admin/account/passkeys/add/"

TEXT = st.sampled_from(["", "a", "AA", "AAAA", "_w", "gA", "ÿ", "public-key", "webauthn.get", "x" * 200])
NAMES = st.sampled_from(
    "id rawId type response clientDataJSON attestationObject authenticatorData signature userHandle "
    "clientExtensionResults authenticatorAttachment transports".split()
)
VALUES = st.recursive(
    TEXT | st.none() | st.booleans() | st.integers(-1, 2**70) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=12,
)
SHAPED = st.fixed_dictionaries(
    {"id": TEXT, "rawId": TEXT, "type": TEXT, "response": st.dictionaries(NAMES, VALUES, max_size=5)}
)
FEW = bounded(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def newcomer() -> Client:
    client = browser()
    enter_password(client, member_of_staff())
    return client


@pytest.fixture
def halfway() -> tuple[Client, User]:
    """The password was entered; the second factor is to come."""
    user, _ = with_app()
    client = browser()
    enter_password(client, user)
    return client, user


@FEW
@given(answer=VALUES | SHAPED)
def test_where_one_is_added(newcomer: Client, answer: Any):
    newcomer.get(ADD)
    assert newcomer.post(ADD, {"credential": json.dumps(answer), "name": "x"}).status_code == 200
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("answer", ["0", "false", "0.0", "-0", "[]", "{}", "null", '""', "1", "true"])
def test_an_answer_that_python_takes_for_nothing_adds_nothing(newcomer: Client, answer: str):
    """allauth looks into an answer only where it is true to Python."""
    newcomer.get(ADD)
    assert newcomer.post(ADD, {"credential": answer, "name": "x"}).status_code == 200
    assert not Authenticator.objects.exists()
    assert newcomer.get(ADD).status_code == 200


@FEW
@given(answer=VALUES | SHAPED)
def test_where_one_signs_in(halfway: tuple[Client, User], answer: Any):
    client, _ = halfway
    client.get(SECOND)
    assert client.post(SECOND, {"credential": json.dumps(answer)}).status_code == 200
    assert not is_in(client)


@FEW
@given(answer=SHAPED)
def test_where_one_confirms(halfway: tuple[Client, User], answer: Any):
    _, user = halfway
    client = Client()
    client.force_login(user)
    client.get(CONFIRM)
    assert client.post(CONFIRM, {"password": PASSWORD, "credential": json.dumps(answer)}).status_code == 200
