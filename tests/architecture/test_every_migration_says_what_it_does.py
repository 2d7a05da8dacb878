"""A migration is named after its purpose; Django's automatic names say when, not what."""

import re

from tests.architecture.sources import APPS, ROOT

AUTOMATIC = re.compile(r"^\d{4}_(auto_|alter_|initial$|\w+_and_more$)|_\d{8}_\d{4}$")


def migrations() -> list[str]:
    return [path.stem for app in APPS for path in (ROOT / app / "migrations").glob("0*.py")]


def test_no_name_is_automatic():
    assert migrations()
    assert [name for name in migrations() if AUTOMATIC.search(name)] == []


def test_automatic_names_are_found():
    names = ["0002_auto_20260101_1200", "0001_initial", "0003_invoice_x_and_more", "0004_append_only"]
    assert [bool(AUTOMATIC.search(name)) for name in names] == [True, True, True, False]
