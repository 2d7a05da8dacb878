"""Credit notes: as credit for later, with a refund, on an invoice that is still open, and one that is taken back."""

from sandbox.company.calling import Json
from sandbox.company.fate import Action, Fate
from sandbox.company.fates.bills import by_invoice, pays_by_transfer
from sandbox.company.members import Member
from sandbox.company.world import World


def _share(amount: int) -> int:
    """A quarter, rounded down."""
    return amount // 4


def a_quarter(way: str) -> Action:
    """Of the newest invoice that was paid, given back in one of Stripe's ways."""

    def noted(world: World, member: Member) -> None:
        invoice = _newest(world, member, "paid")
        if invoice and _share(invoice["amount_paid"]):
            back = _share(invoice["amount_paid"])
            made = world.client.post(
                "credit_notes",
                invoice=invoice["id"],
                amount=back,
                reason="product_unsatisfactory",
                memo="A quarter back.",
                **{way: back},
            )
            member.kept["note"] = made["id"]

    return noted


def _newest(world: World, member: Member, status: str) -> Json | None:
    return next(iter(world.invoices(member, status)), None)


def less_due(world: World, member: Member) -> None:
    invoice = _newest(world, member, "open")
    if invoice and _share(invoice["amount_remaining"]):
        amount = _share(invoice["amount_remaining"])
        made = world.client.post("credit_notes", invoice=invoice["id"], amount=amount, reason="order_change")
        member.kept["note"] = made["id"]


def taken_back(world: World, member: Member) -> None:
    """The note is voided while its invoice is open."""
    if "note" in member.kept:
        world.client.post(f"credit_notes/{member.kept.pop('note')}/void")


FATES = (
    Fate("credit note as credit", 1, steps=((36, a_quarter("credit_amount")),), interval="month"),
    Fate("credit note with a refund", 1, steps=((37, a_quarter("refund_amount")),), interval="month"),
    Fate("credit note on an open invoice", 1, by_invoice, ((4, less_due), (9, pays_by_transfer)), interval="month"),
    Fate(
        "credit note that is taken back",
        1,
        by_invoice,
        ((4, less_due), (6, taken_back), (9, pays_by_transfer)),
        interval="month",
    ),
)
