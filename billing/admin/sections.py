"""What an object's page is made of. Sections with `half` share a row where there is room."""

from dataclasses import dataclass, field
from datetime import datetime

from billing.admin.columns import Table
from billing.templatetags.states import State


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value, in reading order."""

    title: str
    rows: list[tuple[str, object]]
    template: str = "parts/facts.html"
    half: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A table under a heading. `more` links to the full list where this one is cut; `totals` are printed below it."""

    title: str
    table: Table
    empty: str
    more: str = ""
    totals: list[tuple[str, object]] = field(default_factory=list)
    template: str = "parts/rows.html"
    half: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    text: str
    by: object = ""
    detail: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    title: str
    moments: list[Moment]
    empty: str = "Nothing has happened yet."
    more: str = ""
    template: str = "parts/timeline_section.html"
    half: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Text as it came, folded away."""

    title: str
    summary: str
    text: str
    template: str = "parts/source.html"


@dataclass(frozen=True, slots=True)
class Step:
    """`done`: True, False (failed) or None (not yet)."""

    title: str
    done: bool | None
    detail: object = ""


@dataclass(frozen=True, slots=True)
class Steps:
    title: str
    steps: list[Step]
    template: str = "parts/steps.html"


@dataclass(frozen=True, slots=True)
class Versions:
    """What was shown beside what is true now; its rows are told by their words, which are not broken."""

    title: str
    table: Table
    template: str = "parts/versions.html"
    half: bool = False


Section = Facts | Rows | Timeline | Source | Steps | Versions


@dataclass(frozen=True, slots=True)
class Verb:
    """What may be done. Without `href` the state forbids it, and `why_not` says why."""

    title: str
    href: str = ""
    why_not: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    tone: str
    text: object
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The top of an object's page. `whose` names what it belongs to."""

    title: str
    state: State | None = None
    whose: object = ""
    identifiers: list[object] = field(default_factory=list)
    line: list[tuple[str, object]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    verbs: list[Verb] = field(default_factory=list)
    refresh_seconds: int = 0
