"""Money that goes back: refunds in part and in full."""

from sandbox.company.calling import Json
from sandbox.company.fate import Fate
from sandbox.company.members import Member
from sandbox.company.world import World


def last_charge(world: World, member: Member) -> Json | None:
    """The newest charge that went through and still has something to give back."""
    charges = world.client.get("charges", customer=member.customer, limit=20)["data"]
    return next((charge for charge in charges if charge["status"] == "succeeded" and not charge["refunded"]), None)


def a_third_back(world: World, member: Member) -> None:
    charge = last_charge(world, member)
    if charge and charge["amount"] >= 3:
        world.client.post("refunds", charge=charge["id"], amount=charge["amount"] // 3, reason="requested_by_customer")


def all_back(world: World, member: Member) -> None:
    charge = last_charge(world, member)
    if charge:
        world.client.post("refunds", charge=charge["id"], reason="requested_by_customer")


FATES = (
    Fate("refund in part", 2, steps=((34, a_third_back),)),
    Fate("refund in parts", 1, steps=((33, a_third_back), (35, a_third_back), (37, all_back)), interval="month"),
    Fate("refund in full", 1, steps=((3, all_back),)),
)
