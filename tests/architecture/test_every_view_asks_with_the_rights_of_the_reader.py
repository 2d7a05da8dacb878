"""A plain SQL view runs as its owner and would show every organization: each must be `security_invoker`."""

import psycopg
import pytest
from django.db import connection


def views_of_the_owner() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace "
            "AND NOT coalesce('security_invoker=true' = ANY (reloptions), false) ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.django_db
def test_each_does():
    assert views_of_the_owner() == []


def test_a_view_that_does_not_is_found(database_urls):
    with psycopg.connect(database_urls("app_owner")) as owner:
        owner.execute("CREATE VIEW planted AS SELECT 1 AS one")
        owner.execute("CREATE VIEW planted_well WITH (security_invoker = true) AS SELECT 1 AS one")
    assert views_of_the_owner() == ["planted"]
