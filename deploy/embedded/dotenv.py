"""Read a `.env` file: lines `NAME=value`, comments, optional quotes. No expansion, no commands."""

import re
from pathlib import Path

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")
_QUOTED = re.compile(r"""(['"])(.*?)\1(?:\s+#.*)?""")


def read(path: Path) -> dict[str, str]:
    """The file's variables; none where there is no file. An empty value means that the variable is not given."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}
    pairs = [match.groups() for line in lines if (match := _LINE.fullmatch(line))]
    return {name: text for name, value in pairs if (text := _unquoted(value))}


def _unquoted(value: str) -> str:
    if quoted := _QUOTED.fullmatch(value):
        return quoted[2]
    return re.split(r"(?:^|\s)#", value, maxsplit=1)[0].rstrip()
