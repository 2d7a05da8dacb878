"""The repository reads the same wherever it is: no host of a package index, no path of a machine it was made on."""

import re
from pathlib import Path

from tests.architecture.sources import ROOT, text_files

# In pieces, so that this file passes itself
FORBIDDEN = re.compile(
    "|".join(
        (
            "py" + r"pi\.(?:org|python)",
            "python" + r"hosted\.org",
            "npm" + r"js\.(?:org|com)",
            "(?<![\\w./])/wo" + "rk/",
            "(?<![\\w./])/ro" + r"ot(?:/|\b)",
            "(?<![\\w./])/ho" + r"me/\w",
            "/tm" + r"p/ch\b",
            r"\.\./sha" + "red",
            "cla" + r"ude\b",
            "anth" + "ropic",
            "sub" + "-?agent",
        )
    ),
    re.IGNORECASE,
)


def mentions(root: Path) -> list[str]:
    return [
        f"{path.relative_to(root)}:{number}: {line.strip()[:120]}"
        for path, text in text_files(root)
        for number, line in enumerate(text.splitlines(), 1)
        if FORBIDDEN.search(line)
    ]


def test_nothing_does():
    assert mentions(ROOT) == []


def test_planted_mentions_are_found(tmp_path):
    planted = ("https://py", "pi.", "org\nsee /wo", "rk/main\nframe/wo", "rk/shop is fine\n")
    (tmp_path / "notes.md").write_text("".join(planted), encoding="utf-8")
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "log.txt").write_text("/ro" + "ot/x\n", encoding="utf-8")
    assert [line.split(": ")[0] for line in mentions(tmp_path)] == ["notes.md:1", "notes.md:2"]
