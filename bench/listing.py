"""Stripe's lists out of prepared files: cheap enough that what is measured is ours.

It stands where the gateway asks (`billing.gateway.unread.read`, `billing.gateway.objects.ask`): a page costs what its
reader makes of its JSON, and no HTTP, no turn in the pace, no sandbox. Those bound a run against Stripe from outside.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from billing.gateway.errors import Missing

Json = dict[str, Any]


class Lister:
    """Keeps of each page only where it begins, so that the memory is that of the run."""

    def __init__(self, folder: Path) -> None:
        self._files = {path.stem: path.open("rb") for path in sorted(folder.glob("*.pages"))}
        self._places = {noun: json.loads((folder / f"{noun}.places").read_text()) for noun in self._files}

    def read(self, path: str, parameters: Json, *, operation: str, decode: Callable[[str], Any]) -> Any:
        """A page of a whole list; nouns without a file have none."""
        noun = operation.removesuffix(".list")
        if noun not in self._files:
            return decode('{"object": "list", "data": [], "has_more": false}')
        file = self._files[noun]
        file.seek(self._places[noun][parameters.get("starting_after", "")])
        return decode(file.readline().decode())

    def retrieve(self, method: str, path: str, *of: Any, **how: Any) -> Json:
        """Asked for is what no list has."""
        raise Missing(f"There is no {path}.", code="resource_missing", status=404)

    def close(self) -> None:
        for file in self._files.values():
            file.close()


@contextmanager
def prepared_lists(folder: Path) -> Iterator[None]:
    lister = Lister(folder)
    with patch("billing.gateway.unread.read", lister.read), patch("billing.gateway.objects.ask", lister.retrieve):
        yield
    lister.close()
