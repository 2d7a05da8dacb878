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
    kind: ActorKind
    id: str


SYSTEM = Actor(ActorKind.SYSTEM, "system")
STRIPE = Actor(ActorKind.STRIPE, "stripe")
