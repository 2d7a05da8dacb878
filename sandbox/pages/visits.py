"""What a view gets and gives."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.context import Context
from sandbox.pages.replies import Reply


@dataclass
class Visit:
    """One request for a page. After a refused form the view is asked again for its page, as by GET, with the fields
    as they were sent and `error`, what Stripe says about it."""

    ctx: Context
    path: dict[str, str]
    fields: dict[str, str] = field(default_factory=dict)
    posted: bool = False
    error: str | None = None

    def field(self, name: str, default: str = "") -> str:
        return self.fields.get(name, default).strip()


View = Callable[[Visit], Reply]
