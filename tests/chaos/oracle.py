"""What must hold when the weather is over, judged apart from the application: by SQL, and by the sandbox's own store.

The fields are named here once more, on purpose: an oracle that used the product's mapping would agree with its
mistakes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.chaos.controls import dump
from tests.chaos.installation import Installation

Json = dict[str, Any]
Read = Callable[[Json], Any]


def at(name: str) -> Read:
    """Unix seconds as a time."""
    return lambda one: datetime.fromtimestamp(one[name], tz=UTC) if one.get(name) else None


def text(name: str) -> Read:
    return lambda one: one.get(name) or ""


def of(name: str) -> Read:
    """The id of what is named, expanded or not."""

    def read(one: Json) -> Any:
        value = one.get(name)
        return (value["id"] if isinstance(value, dict) else value) or ""

    return read


def plain(name: str, default: Any = None) -> Read:
    return lambda one: one.get(name, default) if one.get(name) is not None else default


def period(edge: str) -> Read:
    def read(one: Json) -> Any:
        ends = sorted((item["current_period_end"], item["current_period_start"]) for item in one["items"]["data"])
        return datetime.fromtimestamp(ends[0][0 if edge == "end" else 1], tz=UTC) if ends else None

    return read


NOUNS: dict[str, tuple[str, str, dict[str, Read]]] = {
    "customer": (
        "billing_organization",
        "stripe_customer_id",
        {"name": text("name"), "email": text("email"), "balance": plain("balance", 0)},
    ),
    "product": ("billing_plan", "stripe_product_id", {"name": text("name"), "active": plain("active")}),
    "price": (
        "billing_price",
        "stripe_id",
        {"unit_amount": plain("unit_amount"), "currency": text("currency"), "stripe_product_id": of("product")},
    ),
    "subscription": (
        "billing_subscription",
        "stripe_id",
        {
            "status": text("status"),
            "cancel_at_period_end": plain("cancel_at_period_end", False),
            "canceled_at": at("canceled_at"),
            "ended_at": at("ended_at"),
            "trial_end": at("trial_end"),
            "current_period_start": period("start"),
            "current_period_end": period("end"),
            "latest_invoice_id": of("latest_invoice"),
        },
    ),
    "invoice": (
        "billing_invoice",
        "stripe_id",
        {
            "status": text("status"),
            "number": text("number"),
            "currency": text("currency"),
            "subtotal": plain("subtotal"),
            "total": plain("total"),
            "amount_due": plain("amount_due"),
            "amount_paid": plain("amount_paid"),
            "amount_remaining": plain("amount_remaining"),
            "attempt_count": plain("attempt_count", 0),
        },
    ),
    "payment_intent": (
        "billing_payment",
        "stripe_id",
        {
            "status": text("status"),
            "amount": plain("amount"),
            "amount_received": plain("amount_received", 0),
            "currency": text("currency"),
            "latest_charge_id": of("latest_charge"),
        },
    ),
    "charge": (
        "billing_paymentattempt",
        "stripe_id",
        {
            "status": text("status"),
            "amount": plain("amount"),
            "amount_captured": plain("amount_captured", 0),
            "amount_refunded": plain("amount_refunded", 0),
            "disputed": plain("disputed", False),
        },
    ),
    "refund": (
        "billing_refund",
        "stripe_id",
        {"status": text("status"), "amount": plain("amount"), "currency": text("currency")},
    ),
}


CHANGES = {f"customer.subscription.{verb}" for verb in ("created", "updated", "deleted", "paused", "resumed")}


@dataclass(slots=True)
class Verdict:
    """`problems` by the invariant that they break; `figures` are what was counted."""

    problems: dict[str, list[str]] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)

    def add(self, invariant: str, found: list[str]) -> None:
        if found:
            self.problems[invariant] = found[:20]


def judge(made: Installation, *, listed_from: int) -> Verdict:
    """`listed_from` (Unix seconds) is from when on Stripe's list of events was asked: what was lost before that no
    event brings back, and its effects are a person's to decide on."""
    told, verdict = dump(made.sandbox), Verdict()
    here = {row[0] for row in made.read("SELECT stripe_event_id FROM billing_webhookevent")}
    sent = [one for one in told["event"] if one["created"] >= listed_from or one["id"] in here]
    lost = [one for one in told["event"] if one["created"] < listed_from and one["id"] not in here]
    missing = [one for one in sent if one["id"] not in here]
    verdict.add("I1 events", [f"{one['id']} {one['type']} is not in the inbox" for one in missing])
    verdict.add("I1 stuck", _stuck(made))
    verdict.add("I2 effects", _effects(made, sent, here))
    verdict.add("I2 lost effects", _lost_effects(made, lost))
    for noun, (table, key, fields) in NOUNS.items():
        verdict.add(f"I3 {noun}", _differences(made, told.get(noun, []), table, key, fields))
    verdict.add("I5 invoices", _sums(made))
    verdict.add("I6 repairs", _repairs(made))
    verdict.figures["objects"] = made.read("SELECT count(*) FROM billing_stripeobject")[0][0]
    verdict.figures["inbox"] = len(here)
    verdict.figures["lost for good"] = len(lost)
    return verdict


def _stuck(made: Installation) -> list[str]:
    rows = made.read(
        "SELECT stripe_event_id, event_type, status, error_message FROM billing_webhookevent"
        " WHERE status NOT IN ('processed', 'ignored')"
    )
    return [" ".join(map(str, row)) for row in rows]


def _effects(made: Installation, sent: list[Json], here: set[str]) -> list[str]:
    """One fact for each event of a subscription, one entry in the log for each event that has one."""
    facts = {
        row[0]: row[1]
        for row in made.read("SELECT source_id, count(*) FROM billing_subscriptionchange GROUP BY source_id")
    }
    wanted = {one["id"] for one in sent if one["type"] in CHANGES}
    told = made.read(
        "SELECT content::jsonb #>> '{body,after,event}', action, count(*) FROM audit_auditentry"
        " WHERE content::jsonb #>> '{body,after,event}' LIKE 'evt_%%' GROUP BY 1, 2 HAVING count(*) > 1"
    )
    return [
        *(f"{one}: no fact" for one in sorted(wanted - facts.keys())),
        *(f"{one}: a fact of no event" for one in sorted(facts.keys() - wanted - here) if one.startswith("evt_")),
        *(f"{one}: {count} facts" for one, count in facts.items() if count > 1),
        *(f"{event} {action}: told {count} times" for event, action, count in told),
    ]


def _lost_effects(made: Installation, lost: list[Json]) -> list[str]:
    """A subscription whose events no list gives any more has a fact all the same, or is a person's work."""
    known = {row[0] for row in made.read("SELECT subscription_id FROM billing_subscriptionchange")}
    open_work = "SELECT stripe_id FROM billing_discrepancy WHERE kind = 'effect_missing' AND status = 'open'"
    known |= {row[0] for row in made.read(open_work)}
    wanted = {one["data"]["object"]["id"] for one in lost if one["type"] in CHANGES}
    return [f"{name}: neither a fact nor somebody's work" for name in sorted(wanted - known)]


def _repairs(made: Installation) -> list[str]:
    """What reconciliation healed stands in the log, object by object and run by run."""
    rows = made.read(
        "SELECT DISTINCT found.stripe_id, run.public_id FROM billing_discrepancy AS found"
        " JOIN billing_reconciliationrun AS run ON run.id = found.run_id WHERE found.status = 'healed'"
        " EXCEPT SELECT target_id, content::jsonb #>> '{body,after,run}' FROM audit_auditentry"
        " WHERE action = 'reconciliation.healed'"
    )
    return [f"{name} was healed by {run}, and no entry says so" for name, run in rows]


def _differences(made: Installation, there: list[Json], table: str, key: str, fields: dict[str, Read]) -> list[str]:
    rows = made.read(f"SELECT {key}, {', '.join(fields)} FROM {table} WHERE {key} IS NOT NULL")
    here = {row[0]: dict(zip(fields, row[1:], strict=True)) for row in rows}
    found = []
    for one in there:
        if one.get("deleted"):
            continue
        row = here.get(one["id"])
        if row is None:
            found.append(f"{one['id']} is not here")
            continue
        for name, read in fields.items():
            if row[name] != read(one):
                found.append(f"{one['id']} {name}: here {row[name]!r}, there {read(one)!r}")
    known = {one["id"] for one in there}
    return [*found, *(f"{name} is not there" for name in sorted(here.keys() - known))]


def _sums(made: Installation) -> list[str]:
    """The lines of an invoice add up to its subtotal, and what was paid and is still due to what is due."""
    rows = made.read(
        "SELECT invoice.stripe_id, subtotal, coalesce(sum(line.amount), 0) FROM billing_invoice AS invoice"
        " LEFT JOIN billing_invoiceline AS line ON line.invoice_id = invoice.stripe_id"
        " GROUP BY 1, 2 HAVING subtotal <> coalesce(sum(line.amount), 0)"
    )
    return [f"{name}: lines of {lines}, subtotal {subtotal}" for name, subtotal, lines in rows]
