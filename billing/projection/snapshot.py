"""What a projection is given."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

NAME_LENGTH = 255  # of our columns; Stripe takes longer names, whose rest stays in the snapshot


@dataclass(frozen=True, slots=True)
class Projectable:
    """The newest snapshot of one object, and the organization that it belongs to (None for the catalog)."""

    stripe_id: str
    snapshot: dict[str, Any]
    organization_id: int | None
    deleted: bool = False
    event_time: datetime | None = None

    @property
    def owner(self) -> int:
        """The organization's primary key, where the noun always has one."""
        if self.organization_id is None:
            raise TooEarly(f"Whose {self.stripe_id} is, is not known yet.")
        return self.organization_id


class TooEarly(Exception):
    """The object that says whose this is has not arrived yet; try again soon."""
