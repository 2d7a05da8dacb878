"""What a view answers with."""

from dataclasses import dataclass, field

from sandbox.pages.html import Markup


@dataclass
class Page:
    """What is shown: the title is the main heading's text too, unless the body brings its own heading."""

    title: str
    body: Markup
    status: int = 200
    business: str = "Sandbox"
    narrow: bool = False
    back: tuple[str, str] | None = None
    """(address, words) of a link at the top."""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Redirect:
    """303: see there, by GET."""

    url: str


@dataclass
class File:
    """Something to download."""

    body: bytes
    content_type: str
    name: str


Reply = Page | Redirect | File
