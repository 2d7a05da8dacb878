"""The OpenAPI document describes the routes of usage as they are."""

import pytest
from drf_spectacular.generators import SchemaGenerator

from usage.ingest.split import BATCH, LINES, ONE


@pytest.fixture(scope="module")
def paths():
    return SchemaGenerator().get_schema(request=None, public=True)["paths"]


def test_every_route_is_there(paths):
    for path, method in (
        ("usage/events", "post"),
        ("usage/meters", "get"),
        ("usage/meters/{code}/query", "get"),
        ("billing/usage/current", "get"),
        ("agents/execute", "post"),
    ):
        assert method in paths[f"/api/v1/{path}"]


def test_the_three_forms_of_events_are_described(paths):
    operation = paths["/api/v1/usage/events"]["post"]
    assert set(operation["requestBody"]["content"]) == {ONE, BATCH, LINES}
    assert "202" in operation["responses"]
