"""A plain SQL view runs as its owner and would show every organization: each must be `security_invoker`."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def views_of_the_owner() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace "
            "AND NOT coalesce('security_invoker=true' = ANY (reloptions), false) ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]


def test_each_does():
    assert views_of_the_owner() == []


def test_a_view_that_does_not_is_found(request):
    if not _may_create():
        pytest.skip("the ordinary role may not create views, which is as it should be")
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIEW planted AS SELECT 1 AS one")
        cursor.execute("CREATE VIEW planted_well WITH (security_invoker = true) AS SELECT 1 AS one")
    assert views_of_the_owner() == ["planted"]


def _may_create() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_schema_privilege('public', 'CREATE')")
        return bool(cursor.fetchone()[0])
