"""We stand in for these templates of Unfold and Django, or rely on their blocks: an upgrade that changes one names
here what to read again. Set the new hash after reading."""

import hashlib
from pathlib import Path

import pytest
import unfold

FOLDER = Path(unfold.__file__).parent / "templates"
READ = {
    "admin/base.html": "2ce9250b3c649e3a",
    "admin/change_form.html": "e9824d4d8a447d97",
    "admin/index.html": "9fdb849b7da18ccd",
    "admin/login.html": "13deb7765ce36659",
    "admin/submit_line.html": "7a195a7b8beeda11",
    "registration/password_change_form.html": "1f9348f747225330",
    "unfold/layouts/skeleton.html": "66af9f0bb45f98ba",
}


@pytest.mark.parametrize("name", READ)
def test_the_template_is_the_one_that_was_read(name: str) -> None:
    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:16] == READ[name]
