"""What a company has come to: objects by kind and status, and money by currency."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.company.calling import Client, Json

_SHOWN = tuple(
    "customer subscription subscription_schedule invoice charge refund dispute credit_note checkout.session".split()
)
"""Kinds whose statuses are told apart."""


@dataclass
class Summary:
    """Counts, and minor units by currency: invoiced, paid by invoices, charged, given back, disputed; and of the
    account's own balance what moved it, by type of transaction."""

    kinds: Counter[str] = field(default_factory=Counter)
    statuses: dict[str, Counter[str]] = field(default_factory=dict)
    money: dict[str, Counter[str]] = field(default_factory=dict)
    balance: dict[str, Counter[str]] = field(default_factory=dict)


def gather(client: Client) -> Summary:
    found = Summary()
    for entry in client.dump():
        kind = entry["object"]
        found.kinds[kind] += 1
        if kind in _SHOWN:
            found.statuses.setdefault(kind, Counter())[_status(entry)] += 1
        if kind in _MONEY:
            found.money.setdefault(entry["currency"], Counter()).update(_MONEY[kind](entry))
        if kind == "balance_transaction":
            moved = {entry["type"]: entry["amount"], "fees": -entry["fee"], "net": entry["net"]}
            found.balance.setdefault(entry["currency"], Counter()).update(moved)
    return found


def _of_invoice(entry: Json) -> dict[str, int]:
    asked = entry["total"] if entry["status"] not in ("draft", "void") else 0
    return {"invoiced": asked, "paid": entry["amount_paid"] if entry["status"] == "paid" else 0}


def _of_charge(entry: Json) -> dict[str, int]:
    return {"charged": entry["amount_captured"], "refunded": entry["amount_refunded"]}


def _of_dispute(entry: Json) -> dict[str, int]:
    return {f"disputes {entry['status']}": entry["amount"]}


_MONEY: dict[str, Callable[[Json], dict[str, int]]] = {
    "invoice": _of_invoice,
    "charge": _of_charge,
    "dispute": _of_dispute,
}


def _status(entry: Json) -> str:
    if entry.get("deleted"):
        return "deleted"
    return str(entry.get("status", "kept"))


def told(summary: Summary) -> list[str]:
    """Lines for people."""
    lines = [f"{kind}: {count}{_split(summary, kind)}" for kind, count in sorted(summary.kinds.items())]
    for title, money in (("revenue", summary.money), ("balance", summary.balance)):
        for currency, sums in sorted(money.items()):
            parts = ", ".join(f"{name} {amount:,}" for name, amount in sorted(sums.items()))
            lines.append(f"{title} in {currency}, minor units: {parts}")
    return lines


def _split(summary: Summary, kind: str) -> str:
    statuses = summary.statuses.get(kind)
    if not statuses:
        return ""
    return " (" + ", ".join(f"{count} {status}" for status, count in sorted(statuses.items())) + ")"
