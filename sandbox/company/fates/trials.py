"""Trials: that become customers, that end by hand, and that have no card at their end."""

from typing import Any

from sandbox.company.fate import Action, Fate
from sandbox.company.members import Member
from sandbox.company.world import World


def on_trial(days: int, *, card: bool = True, **terms: Any) -> Action:
    def join(world: World, member: Member) -> None:
        world.join(member, member.card if card else None)
        world.subscribe(member, world.plan_of(member), trial_period_days=days, **terms)

    return join


def missing(behavior: str) -> Any:
    return {"end_behavior": {"missing_payment_method": behavior}}


def gives_up(world: World, member: Member) -> None:
    if world.subscription(member):
        world.client.delete(
            f"subscriptions/{member.subscription}", cancellation_details={"feedback": "missing_features"}
        )


def starts_early(world: World, member: Member) -> None:
    if world.subscription(member):
        world.client.post(f"subscriptions/{member.subscription}", trial_end="now")


def brings_a_card(world: World, member: Member) -> None:
    """The trial has paused for want of a card: now there is one, and the subscription goes on."""
    subscription = world.subscription(member)
    if subscription is None or subscription["status"] != "paused":
        return
    card = world.client.post(f"payment_methods/{member.card}/attach", customer=member.customer)["id"]
    world.client.post(f"customers/{member.customer}", invoice_settings={"default_payment_method": card})
    world.client.post(f"subscriptions/{member.subscription}/resume", billing_cycle_anchor="now")


FATES = (
    Fate("trial that converts", 4, on_trial(14)),
    Fate("trial that is cut short", 1, on_trial(30), ((12, starts_early),)),
    Fate("trial that is canceled", 2, on_trial(14), ((9, gives_up),)),
    Fate(
        "trial without card that pauses",
        1,
        on_trial(14, card=False, trial_settings=missing("pause")),
        ((20, brings_a_card),),
    ),
    Fate("trial without card that ends", 1, on_trial(14, card=False, trial_settings=missing("cancel"))),
)
