"""A dump as the owner would leave out rows that no policy shows it, without a word; the backup's role passes by."""

import subprocess
from collections.abc import Callable

import pytest

from deploy.embedded.account import account_for_postgres
from deploy.embedded.binaries import programs
from tests.tenancy.conftest import Scene

Dump = Callable[..., subprocess.CompletedProcess[str]]
BACKUP = "--role=app_backup"


@pytest.fixture
def dump(scene: Scene) -> Dump:
    program = str(programs(account_for_postgres()) / "pg_dump")

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        command = [program, "--exclude-schema=pgmq", *options, scene.owner]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def test_the_backups_role_dumps_everything(scene, dump):
    done = dump(BACKUP)
    assert done.returncode == 0, done.stderr
    for organization in (scene.own, scene.other):
        assert organization.name in done.stdout
    assert "CREATE POLICY tenant ON public.billing_invoice" in done.stdout


def test_also_where_a_policy_is_missing(scene, dump, as_owner):
    as_owner("DROP POLICY staff ON billing_organization")
    assert scene.own.name in dump(BACKUP, "--table=billing_organization").stdout
    assert scene.own.name not in dump("--enable-row-security", "--table=billing_organization").stdout


def test_as_the_owner_it_fails_instead_of_leaving_out(dump):
    done = dump("--table=billing_organization")
    assert done.returncode != 0
    assert "row-level security" in done.stderr
