"""Two organizations full of canaries in a database of the test's own, and the ways to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from billing.models import Organization
from tests.tenancy.canaries import filled

OWN, OTHER = "canaryown", "canaryother"


@pytest.fixture(autouse=True)
def _as_often_as_it_takes(settings: Any) -> None:
    """A walk is more requests than anybody makes in an hour; refused ones would show nothing of anybody."""
    settings.RATE_LIMIT_ENABLED = False


@dataclass(frozen=True)
class Scene:
    """`app_rw` and `owner` are URLs of the roles."""

    own: Organization
    other: Organization
    app_rw: str
    owner: str


@pytest.fixture
def scene(committing: str, database_urls: Callable[[str], str]) -> Scene:
    return Scene(filled(OWN), filled(OTHER), database_urls("app_rw"), database_urls("app_owner"))


@pytest.fixture
def as_owner(scene: Scene) -> Iterator[Callable[[str], None]]:
    """Runs a statement as the tables' owner, at once."""
    with psycopg.connect(scene.owner, autocommit=True) as connection:
        yield lambda statement: connection.execute(statement) and None
