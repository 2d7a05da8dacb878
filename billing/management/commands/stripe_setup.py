"""Make products and prices from a catalog (S3.3)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from audit.actor import SYSTEM
from billing.domain.catalog import BadCatalog, Catalog, parse
from billing.models import Price
from billing.services.catalog import publish, shipped_catalog
from billing.services.errors import Cannot, OutcomeUnknown

TERMS = {"month": "MONTHLY", "year": "ANNUAL"}


class Command(BaseCommand):
    help = "Create the catalog's products and prices at Stripe where they are missing, and print the price ids."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--catalog", type=Path, help="a catalog file in TOML; without it the shipped one")

    def handle(self, *args: Any, **options: Any) -> None:
        catalog = _catalog(options["catalog"])
        try:
            for line in publish(catalog, by=SYSTEM):
                self.stdout.write(f"made {line}")
        except Cannot as refusal:
            raise CommandError(f"Stripe refused: {refusal.detail}") from refusal
        except OutcomeUnknown as silence:
            raise CommandError(f"{silence} Run it again: what is made already is not made twice.") from silence
        for price in _sold_by_the_month_or_year():
            self.stdout.write(f"{_variable(price)}={price.stripe_id}")


def _catalog(file: Path | None) -> Catalog:
    try:
        return parse(file.read_text(encoding="utf-8")) if file else shipped_catalog()
    except (BadCatalog, OSError) as error:
        raise CommandError(str(error)) from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not text in UTF-8.") from error


def _sold_by_the_month_or_year() -> QuerySet[Price]:
    sold = Price.objects.filter(active=True, interval__in=TERMS, interval_count=1).exclude(usage_type="metered")
    return sold.select_related("plan").order_by("plan__position", "plan__code", "interval", "currency", "id")


def _variable(price: Price) -> str:
    """The name of an environment variable: letters, digits and underscores."""
    name = f"STRIPE_{price.plan.code}_{TERMS[price.interval]}_PRICE_ID_{price.currency}"
    return name.replace("-", "_").upper()
