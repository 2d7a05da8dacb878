"""Run a management command as the command line does."""

import io
from typing import Any

from django.core.management import call_command


def run(*words: str, **options: Any) -> str:
    """What it printed. Raises CommandError and SystemExit as it does."""
    out = io.StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()
