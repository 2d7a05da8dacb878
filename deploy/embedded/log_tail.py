"""The end of a log file, for a message to a person."""

from pathlib import Path

_BYTES = 16_384


def tail(path: Path, lines: int = 15) -> str:
    """The last lines; empty where there is no file."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _BYTES))
            return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-lines:])
    except OSError:
        return ""
