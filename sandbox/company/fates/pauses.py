"""Collection that is paused for a while, in each of its ways."""

from sandbox.company.fate import Action, Fate
from sandbox.company.members import Member
from sandbox.company.world import DAY, World


def pause(behavior: str, days: int | None = None) -> Action:
    """Until it is resumed, or for some days."""

    def paused(world: World, member: Member) -> None:
        if world.subscription(member):
            until = world.now + days * DAY if days else None
            world.client.post(
                f"subscriptions/{member.subscription}",
                pause_collection={"behavior": behavior, "resumes_at": until},
            )

    return paused


def resume(world: World, member: Member) -> None:
    if world.subscription(member):
        world.client.post(f"subscriptions/{member.subscription}", pause_collection="")


def settle_drafts(world: World, member: Member) -> None:
    """What was kept as a draft during the pause is collected after it."""
    for invoice in reversed(world.invoices(member, "draft")):
        world.client.post(f"invoices/{invoice['id']}/finalize", auto_advance=True)


FATES = (
    Fate("pause that voids", 1, steps=((45, pause("void", 40)),), interval="month"),
    Fate(
        "pause that keeps drafts",
        1,
        steps=((38, pause("keep_as_draft")), (80, resume), (81, settle_drafts)),
        interval="month",
    ),
    Fate(
        "pause that writes off",
        1,
        steps=((52, pause("mark_uncollectible")), (100, resume)),
        interval="month",
    ),
)
