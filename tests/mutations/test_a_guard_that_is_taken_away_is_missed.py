"""The whole table takes a quarter of an hour (`make mutations`); here one guard is taken away, and the rest are
looked up, so that the table names what is there."""

from pathlib import Path

import pytest

from tests.environment import BASE
from tests.mutations.running import applied, copy_of_the_tree, survives
from tests.mutations.table import MUTATIONS, Mutation


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_each_names_a_guard_and_tests_that_are_there(mutation: Mutation, tmp_path: Path):
    (tmp_path / mutation.file).parent.mkdir(parents=True)
    (tmp_path / mutation.file).write_text((BASE / mutation.file).read_text())
    assert applied(mutation, tmp_path) != (tmp_path / mutation.file).read_text()
    paths = [argument for argument in mutation.tests if argument.startswith("tests/")]
    assert paths
    assert all((BASE / path).is_file() for path in paths)


@pytest.mark.processes
def test_the_check_of_signatures_is_missed(tmp_path: Path):
    tree = copy_of_the_tree(tmp_path / "tree")
    assert survives(MUTATIONS[0], tree, tmp_path / "home") == ""


@pytest.mark.processes
def test_a_change_that_takes_nothing_away_survives(tmp_path: Path):
    harmless = Mutation(
        "a comment", "billing/gateway/webhooks.py", "import hmac\n", "import hmac  # ours\n", MUTATIONS[0].tests
    )
    assert "exit status 0" in survives(harmless, copy_of_the_tree(tmp_path / "tree"), tmp_path / "home")


def test_a_guard_that_is_not_there_stops_the_run(tmp_path: Path):
    (tmp_path / "file.py").write_text("nothing")
    with pytest.raises(ValueError, match=r"file\.py has 0 times"):
        applied(Mutation("gone", "file.py", "guard", "", ()), tmp_path)
