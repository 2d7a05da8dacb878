"""docs/api.md lists the stable codes; none that the API's own code gives is left out."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GIVEN = re.compile(r'Problem\(\s*"(\w+)"|code="(\w+)"|^    code = "(\w+)"', re.MULTILINE)
OF_THE_BASE = {"refused"}


def codes():
    for folder in ("billing/api", "billing/services", "billing/queries"):
        for path in (ROOT / folder).glob("*.py"):
            for found in GIVEN.findall(path.read_text(encoding="utf-8")):
                yield next(filter(None, found))


def test_each_is_named():
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert "unknown_plan" in set(codes())
    assert sorted(code for code in set(codes()) - OF_THE_BASE if f"`{code}`" not in page) == []
