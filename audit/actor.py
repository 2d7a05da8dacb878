"""Who acts. An actor is a kind and an opaque id; names and addresses stay out of the log."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    USER = "user"
    STAFF = "staff"
    API_KEY = "api_key"
    STRIPE = "stripe"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """`for_user` is the user whose place a member of staff has taken; both ids are kept."""

    kind: ActorKind
    id: str
    for_user: str = ""

    def as_json(self) -> dict[str, str]:
        """As the log writes it."""
        impersonated = {"user": self.for_user} if self.for_user else {}
        return {"kind": str(self.kind), "id": self.id, **impersonated}


SYSTEM = Actor(ActorKind.SYSTEM, "system")
STRIPE = Actor(ActorKind.STRIPE, "stripe")
