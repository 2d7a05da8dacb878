"""Lives that make at least one object of every kind, in most of the states that they have: an area a file.

Each module has `live(account)`, which makes its objects and may return answers that are not stored. It may have
`ALWAYS` (fields that are present in every object of a kind, null where there is nothing), `NEVER` (fields that are
sent only when expanded) and `UNSEEN` (annotated fields that no object of the sandbox has, with the reason beside).
"""

import importlib
import pkgutil
from types import ModuleType


def areas() -> list[ModuleType]:
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}") for name in names]


def gathered(name: str) -> dict[str, set[str]]:
    """Object type -> field names, of all areas together."""
    found: dict[str, set[str]] = {}
    for area in areas():
        for kind, words in getattr(area, name, {}).items():
            found.setdefault(kind, set()).update(words.split())
    return found
