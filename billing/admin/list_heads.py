"""The top of a list: what may be done there, and how its rows do as a whole."""

from dataclasses import dataclass, field

from billing.admin.sections import Verb


@dataclass(frozen=True, slots=True)
class ListHead:
    """`line` is label and value. With `refresh_seconds` list and head look again by themselves, until paused."""

    verbs: list[Verb] = field(default_factory=list)
    line: list[tuple[str, object]] = field(default_factory=list)
    refresh_seconds: int = 0
