"""What the steps of a history act through: the client, the catalog, chance, and what they ask often."""

from dataclasses import dataclass, field
from random import Random

import orjson

from sandbox.company.calling import Client, Json, Refused
from sandbox.company.catalog import Catalog
from sandbox.company.members import Member, profile

DAY = 86_400
OVER = ("canceled", "incomplete_expired")


@dataclass
class World:
    """`now` is the sandbox's clock, in Unix seconds."""

    client: Client
    catalog: Catalog
    chance: Random
    now: int
    members: list[Member] = field(default_factory=list)

    def advance_to(self, moment: int) -> None:
        """Lives through to a moment; one that is past is now. Raises where the sandbox could not do what was due."""
        if moment > self.now:
            answer = self.client.control("clock", {"now": moment})
            if answer.get("failed"):
                told = orjson.dumps({"error": {"message": answer["failed"]}})
                raise Refused(500, f"living through to {moment}", told)
            self.now = answer["now"]

    def join(self, member: Member, card: str | None) -> None:
        """Makes the customer, with a card as its default where one is given."""
        given = profile(member)
        if card:
            given |= {"payment_method": card, "invoice_settings": {"default_payment_method": card}}
        member.customer = self.client.post("customers", **given)["id"]

    def subscribe(self, member: Member, *prices: str, **terms: object) -> Json:
        made = self.client.post(
            "subscriptions", customer=member.customer, items=[{"price": price} for price in prices], **terms
        )
        member.subscription = made["id"]
        return made

    def plan_of(self, member: Member, plan: str | None = None, interval: str | None = None) -> str:
        """The price of the member's plan, or of another, in its currency."""
        return self.catalog.price(plan or member.plan, member.currency, interval or member.interval)

    def subscription(self, member: Member) -> Json | None:
        """As it is now; None where there is none any more."""
        if not member.subscription:
            return None
        found = self.client.get(f"subscriptions/{member.subscription}")
        return None if found["status"] in OVER else found

    def invoices(self, member: Member, status: str | None = None) -> list[Json]:
        """Newest first, at most a hundred."""
        found: list[Json] = self.client.get("invoices", customer=member.customer, status=status, limit=100)["data"]
        return found
