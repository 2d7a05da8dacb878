"""Customers that get an invoice instead of being charged, and invoices made by hand."""

from sandbox.company.fate import Fate, sign_up
from sandbox.company.members import Member
from sandbox.company.world import World


def by_invoice(world: World, member: Member) -> None:
    """Thirty days to pay each invoice that is sent."""
    world.join(member, None)
    world.subscribe(member, world.plan_of(member), collection_method="send_invoice", days_until_due=30)


def pays_by_card(world: World, member: Member) -> None:
    for invoice in reversed(world.invoices(member, "open")):
        card = world.client.post(f"payment_methods/{member.card}/attach", customer=member.customer)["id"]
        world.client.post(f"invoices/{invoice['id']}/pay", payment_method=card)


def pays_by_transfer(world: World, member: Member) -> None:
    for invoice in reversed(world.invoices(member, "open")):
        world.client.post(f"invoices/{invoice['id']}/pay", paid_out_of_band=True)


def set_up(world: World, member: Member) -> None:
    """A set-up fee on an invoice of its own."""
    price = world.catalog.price("set-up", member.currency, "once")
    world.client.post("invoiceitems", customer=member.customer, pricing={"price": price})
    invoice = world.client.post(
        "invoices", customer=member.customer, pending_invoice_items_behavior="include", auto_advance=False
    )
    world.client.post(f"invoices/{invoice['id']}/finalize")
    world.client.post(f"invoices/{invoice['id']}/pay")


def written_off(world: World, member: Member) -> None:
    for invoice in reversed(world.invoices(member, "open")):
        world.client.post(f"invoices/{invoice['id']}/mark_uncollectible")


def taken_back(world: World, member: Member) -> None:
    for invoice in world.invoices(member, "open")[:1]:
        world.client.post(f"invoices/{invoice['id']}/void")


_LATE = tuple((days, pays_by_card) for days in (35.0, 70.0, 101.0, 140.0, 171.0))
_TRANSFERS = tuple((days, pays_by_transfer) for days in (9.0, 40.0, 71.0, 101.0, 132.0, 162.0, 193.0, 224.0, 254.0))

FATES = (
    Fate("invoices paid late", 1, by_invoice, _LATE, interval="month"),
    Fate("invoices paid by transfer", 2, by_invoice, _TRANSFERS, interval="month"),
    Fate("invoices never paid", 1, by_invoice, ((75, written_off),), interval="month"),
    Fate("an invoice taken back", 1, by_invoice, ((5, taken_back), *_TRANSFERS[1:]), interval="month"),
    Fate("set-up fee", 2, sign_up, ((2, set_up),)),
)
