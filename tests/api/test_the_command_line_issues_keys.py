"""`create_api_key`: for the installation or a customer, as text or JSON."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEntry
from billing.domain.scopes import OF_AN_ORGANIZATION, Scope
from billing.models import ApiKey
from tests.api.calls import Api
from tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


def run(*words):
    out = StringIO()
    call_command("create_api_key", *words, stdout=out)
    return out.getvalue()


def test_a_key_of_the_installation_has_every_scope():
    made = json.loads(run("Warehouse", "--json"))
    key = ApiKey.objects.get(public_id=made["id"])
    assert key.organization is None
    assert set(made["scopes"]) == set(Scope)
    assert Api(made["secret"]).get("auth/me").status_code == 200
    assert AuditEntry.objects.get().action == "api_key.issued"


def test_a_customers_key_with_chosen_scopes_that_expires():
    organization = OrganizationFactory()
    text = run("Shop", "--organization", organization.public_id, "--scope", "billing:read", "--expires-in-days", "7")
    key = ApiKey.objects.get()
    assert text.startswith("ch_test_")
    assert (key.organization, key.scopes) == (organization, ["billing:read"])
    assert 6 <= (key.expires_at - key.created_at).days <= 7


def test_a_customers_key_gets_what_fits_by_default():
    run("Shop", "--organization", OrganizationFactory().public_id)
    assert set(ApiKey.objects.get().scopes) == OF_AN_ORGANIZATION


@pytest.mark.parametrize(
    "words",
    [
        ["x", "--organization", "org_unknown"],
        ["x", "--scope", "everything"],
        ["x", "--expires-in-days", "0"],
        [" "],
    ],
)
def test_mistakes_are_told_and_make_no_key(words):
    with pytest.raises(CommandError):
        run(*words)
    assert not ApiKey.objects.exists()


def test_a_customers_key_may_not_read_analytics():
    with pytest.raises(CommandError, match="Only keys of the installation"):
        run("x", "--organization", OrganizationFactory().public_id, "--scope", "analytics:read")
