"""The start takes a while: a person must see what is done and a log must show it, whatever a name or path contains."""

import io
from contextlib import ExitStack
from pathlib import Path

import pytest
from rich.console import Console

from deploy.embedded import demo
from deploy.embedded.__main__ import main
from deploy.embedded.credentials import PRODUCT_KEYS
from deploy.embedded.failure import CannotStart
from deploy.embedded.given import Given
from deploy.embedded.home import Home
from deploy.embedded.progress import Progress
from deploy.embedded.session import new_session, url_of


def shown(terminal: bool = False) -> tuple[Progress, io.StringIO]:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, highlight=False, soft_wrap=True, color_system=None)
    return Progress(console), out


def test_in_a_log_a_step_is_a_line_when_it_begins_and_when_it_ends():
    progress, out = shown()
    with progress.step("PostgreSQL", "the first time") as step:
        assert out.getvalue() == "  PostgreSQL  the first time …\n"
        step.note("not in a log")
        step.result = "port 5432"
    _begun, ended = out.getvalue().splitlines()
    assert ended.startswith("✓ PostgreSQL")
    assert ended.endswith("port 5432")
    assert "not in a log" not in out.getvalue()


def test_a_step_that_fails_is_not_ticked():
    progress, out = shown()
    with pytest.raises(CannotStart), progress.step("Sandbox"):
        raise CannotStart("no")
    assert "✓" not in out.getvalue()


@pytest.mark.parametrize("text", ["[bold]x[/]", "[/]", "a [x] b", "/home/[me]/var", "[link=http://x]y[/link]"])
def test_what_looks_like_markup_is_shown_as_it_is(text: str):
    progress, out = shown()
    progress.fail(text)
    with progress.step(text, text) as step:
        step.result = text
    assert out.getvalue().count(text) == 5


@pytest.mark.parametrize("text", ["", "x" * 5000, "[red]"])
def test_on_a_terminal_a_note_moves(text: str):
    progress, out = shown(terminal=True)
    with progress.step("Tables") as step:
        step.note(text)
    assert "✓ Tables" in out.getvalue()


def test_a_line_that_draws_itself_is_not_drawn_over():
    progress, out = shown(terminal=True)
    with progress.step("Demo company", draws_itself=True):
        pass
    assert out.getvalue().startswith("  Demo company …\n")


@pytest.mark.parametrize(
    ("given", "expected"),
    [({}, True), ({"DATABASE_URL": "x"}, False), ({"STRIPE_SECRET_KEY": "x"}, False), ({"CACHE_URL": "x"}, True)],
)
def test_a_demo_is_made_in_the_embedded_form_only(tmp_path: Path, given: dict, expected: bool):
    with ExitStack() as stack:
        session = new_session(Home(tmp_path), stack, 8123, shown()[0])
        session.given = Given(given)
        assert session.demo is expected
        assert session.url == url_of(8123) == "http://localhost:8123"


class TestWhatTheSeedTold:
    WHOLE = '{"staff": {}, "staff_api_key": "k", "api_key": "k", "organization": "org_1", "more": 1}'

    @pytest.mark.parametrize("lines", [[WHOLE], ["words", WHOLE], [WHOLE, "", "  "]])
    def test_is_its_last_line(self, lines: list[str]):
        assert demo._product_part(lines)["more"] == 1

    @pytest.mark.parametrize("lines", [[], [""], ["Traceback"], [WHOLE, "warning"], ["3"], ["null"], ["[1]"], ["{"]])
    def test_anything_else_is_one_sentence(self, lines: list[str]):
        with pytest.raises(CannotStart, match=r"^seed_demo did not end with its credentials, but with: "):
            demo._product_part(lines)

    def test_a_long_line_is_cut(self):
        with pytest.raises(CannotStart) as refused:
            demo._product_part(["x" * 10_000])
        assert len(str(refused.value)) < 300

    @pytest.mark.parametrize("key", PRODUCT_KEYS)
    def test_what_is_missing_is_named(self, key: str):
        with pytest.raises(CannotStart, match=f"^seed_demo did not tell: {key}$"):
            demo._product_part([self.WHOLE.replace(f'"{key}"', '"other"')])


class TestTheCommandLine:
    @pytest.fixture(autouse=True)
    def home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("COUNTINGHOUSE_HOME", str(tmp_path / "home"))
        monkeypatch.delenv("PORT", raising=False)
        return tmp_path / "home"

    def test_nothing_runs(self, home: Path, capsys: pytest.CaptureFixture[str]):
        assert main(["status"]) == 3
        assert capsys.readouterr().out == f"Nothing runs in {home}.\n"
        assert not home.exists(), "looking makes nothing"

    @pytest.mark.parametrize("words", [["psql"], ["psql", "--role", "app_rw", "-c", "SELECT 1"]])
    def test_a_prompt_needs_something_that_runs(self, home: Path, words, capsys: pytest.CaptureFixture[str]):
        assert main(words) == 1
        expected = f"Nothing runs in {home}: start it with make run, then ask again from another terminal.\n"
        assert capsys.readouterr().err == expected

    def test_the_sql_for_an_administrator_is_printed(self, capsys: pytest.CaptureFixture[str]):
        assert main(["roles", "--database", 'my "db"']) == 0
        out = capsys.readouterr().out
        assert 'ALTER DATABASE "my ""db""" OWNER TO "app_owner";' in out
        assert "PASSWORD" not in out

    @pytest.mark.parametrize("words", [[], ["walk"], ["run", "--fast"], ["status", "now"], ["psql", "--role", "root"]])
    def test_what_it_does_not_know_is_refused(self, words: list[str], capsys: pytest.CaptureFixture[str]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 2
        assert "usage: python -m deploy.embedded" in capsys.readouterr().err

    @pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "80 80", "8000.0"])
    def test_a_port_that_is_none_is_refused(self, port: str, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("PORT", port)
        with pytest.raises(SystemExit) as ended:
            main(["status"])
        assert ended.value.code == f"PORT is {port!r}: write a number from 1 to 65535."
