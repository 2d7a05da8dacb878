"""Erase a customer's persons."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from audit.actor import SYSTEM
from billing.models import Organization
from billing.services import erasure
from billing.services.errors import Cannot, OutcomeUnknown


class Command(BaseCommand):
    help = (
        "Erase what is kept of a customer's persons (Art. 17 GDPR): names, addresses, cards, accounts, what Stripe and "
        "the customer's systems sent. Finalized invoices and amounts stay, as tax law asks. Cannot be undone. Killed, "
        "it is started again. Without --yes it only counts what would change."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organization", metavar="ORG_ID", help="the organization's id, org_… or cus_…")
        parser.add_argument("--reason", required=True, help="who asked, and where that is kept; it stays in the log")
        parser.add_argument("--yes", action="store_true", help="do it")
        parser.add_argument("--at-stripe", action="store_true", help="delete the customer at Stripe too")
        parser.add_argument("--json", action="store_true", help="the outcome as one line of JSON")

    def handle(self, *, reason: str, yes: bool, at_stripe: bool, json: bool, **options: Any) -> None:
        organization = _organization(options["organization"])
        try:
            if yes:
                counts = _erase(organization, reason, at_stripe=at_stripe, quiet=json)
            else:
                counts = erasure.what_is_there(organization=organization)
        except (Cannot, OutcomeUnknown) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_as_json(organization, counts) if json else _in_words(organization, counts, erased=yes))


def _erase(organization: Organization, reason: str, *, at_stripe: bool, quiet: bool) -> dict[str, int]:
    with Console(stderr=True, quiet=quiet).status("Erasing") as status:
        return erasure.erase(
            organization=organization,
            reason=reason,
            by=SYSTEM,
            at_stripe=at_stripe,
            progress=lambda done: status.update(f"Erasing: {done.total()} rows"),
        )


def _organization(named: str) -> Organization:
    field = "stripe_customer_id" if named.startswith("cus_") else "public_id"
    organization = Organization.objects.filter(**{field: named}).first()
    if organization is None:
        raise CommandError(f"There is no organization {named}.")
    return organization


def _as_json(organization: Organization, counts: dict[str, int]) -> str:
    erased = organization.erased_at.isoformat() if organization.erased_at else None
    return json.dumps(
        {"organization": organization.public_id, "erased_at": erased, "rows": dict(sorted(counts.items()))}
    )


def _in_words(organization: Organization, counts: dict[str, int], *, erased: bool) -> str:
    lines = [f"{table}: {count}" for table, count in sorted(counts.items()) if count]
    if not erased:
        return "\n".join([*lines, f"Nothing was changed. With --yes, {organization.public_id} is erased for good."])
    return "\n".join(
        [
            *lines,
            f"{organization.public_id} is erased.",
            "Stripe has its own copy: delete the customer there, and redact it in its dashboard.",
            "Backups keep theirs until they are overwritten: do this again after a restore.",
        ]
    )
