"""What the real configuration of the log writes, line by line."""

import io
import json
import logging.config
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from config.logging import configure


class Lines:
    """The text, and its lines read back."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def named(self, event: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.text.splitlines()]
        return [line for line in lines if line["event"] == event]


@contextmanager
def written(level: str = "INFO") -> Iterator[Lines]:
    lines = Lines()
    configuration = configure(debug=False, level=level)
    configuration["handlers"]["stderr"]["stream"] = lines.stream
    logging.config.dictConfig(configuration)
    try:
        yield lines
    finally:
        logging.config.dictConfig(configure(debug=settings.DEBUG, level=settings.LOG_LEVEL))
