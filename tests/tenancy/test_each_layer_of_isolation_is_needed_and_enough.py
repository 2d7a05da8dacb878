"""S04: the policies hold without the application's filters, the filters without the policies, and where both are
gone for one table, the walk over all routes finds it. A check that stayed green then would prove nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import models
from django.db.models.query import QuerySet

from billing.domain.scopes import OF_AN_ORGANIZATION
from billing.models import Invoice, InvoiceLine, Membership, Organization, Payment, PaymentMethod, Subscription
from tests.api.calls import Api
from tests.factories import api_key
from tests.tenancy.conftest import OTHER, Scene
from tests.tenancy.raw_sql import OWN_COLUMN, faults, tenant_tables
from tests.tenancy.walk import Answer, read
from tests.tenancy.walk import faults as faults_of

MUTATIONS = {
    "the policy is dropped": "DROP POLICY tenant ON {table}",
    "the policy shows all": "ALTER POLICY tenant ON {table} USING (true)",
    "the policy shows all without an organization": (
        "ALTER POLICY tenant ON {table} USING ({column} = coalesce(auth.get_current_org_id(), {column}))"
    ),
    "row security is off": "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    "another policy shows all": "CREATE POLICY careless ON {table} FOR SELECT USING (true)",
    "the grant is gone": "REVOKE SELECT ON {table} FROM app_customer",
}
MENDING = (
    "DROP POLICY IF EXISTS careless ON {table}",
    "DROP POLICY IF EXISTS tenant ON {table}",
    "CREATE POLICY tenant ON {table} FOR ALL TO app_customer"
    " USING ({column} = (SELECT auth.get_current_org_id())) WITH CHECK ({column} = (SELECT auth.get_current_org_id()))",
    "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
    "GRANT SELECT ON {table} TO app_customer",
)

# What the API shows in lists; lines belong to their invoices and have no filter of their own
LISTED = (Subscription, Invoice, Payment, PaymentMethod, Membership)


def statement(text: str, table: str) -> str:
    return text.format(table=table, column=OWN_COLUMN.get(table, "organization_id"))


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_policy_that_does_not_hold_is_found_for_each_table(scene: Scene, as_owner, mutation):
    survivors = []
    for table in tenant_tables():
        as_owner(statement(MUTATIONS[mutation], table))
        if not [fault for fault in _faults(scene) if fault.startswith(f"{table}:")]:
            survivors.append(table)
        for mending in MENDING:
            as_owner(statement(mending, table))
    assert survivors == []
    assert _faults(scene) == [], "mended"


def _faults(scene: Scene) -> list[str]:
    try:
        return faults(scene.app_rw, scene.own, scene.other)
    except Exception as error:  # the grant is gone
        return [f"{table}: {error}" for table in tenant_tables() if f" {table}" in str(error)]


@contextmanager
def without_filter(*forgotten: type[models.Model]) -> Iterator[None]:
    """The application forgets to filter these models by organization."""
    original = QuerySet._filter_or_exclude_inplace

    def careless(self: QuerySet, negate: bool, args: tuple, kwargs: dict) -> None:
        if self.model in forgotten:
            kwargs = {name: value for name, value in kwargs.items() if not name.startswith("organization")}
        original(self, negate, args, kwargs)

    QuerySet._filter_or_exclude_inplace = careless
    try:
        yield
    finally:
        QuerySet._filter_or_exclude_inplace = original


@pytest.fixture
def without_policies(scene: Scene, as_owner) -> Callable[..., None]:
    def lift() -> None:
        for table in tenant_tables():
            as_owner(f"ALTER POLICY tenant ON {table} USING (true)")

    return lift


@pytest.fixture
def answers(scene: Scene) -> Iterator[Answer]:
    return read(Api(api_key(scene.own, *OF_AN_ORGANIZATION)), scene.other)


def faults_in(answers: Iterator[Answer]) -> list[str]:
    return [fault for answer in answers for fault in faults_of(answer, OTHER)]


def test_the_policies_alone_are_enough(answers):
    with without_filter(*LISTED, InvoiceLine):
        assert faults_in(answers) == []


def test_the_filters_alone_are_enough(answers, without_policies):
    without_policies()
    assert faults_in(answers) == []


@pytest.mark.parametrize("model", LISTED)
def test_without_either_the_walk_finds_it(answers, without_policies, model):
    without_policies()
    with without_filter(model):
        assert [fault for fault in faults_in(answers) if "canary" in fault or "for what is another's" in fault]


def test_the_organization_itself_is_read_under_its_policy(scene, as_owner):
    as_owner("ALTER POLICY tenant ON billing_organization USING (false)")
    api = Api(api_key(scene.own, *OF_AN_ORGANIZATION))
    assert api.get("organization").status_code >= 400
    assert Organization.objects.filter(pk=scene.own.pk).exists(), "the ordinary role still sees it"
