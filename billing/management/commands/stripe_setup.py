"""Make products and prices from a catalog (S3.3)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.actor import SYSTEM
from billing.domain.catalog import BadCatalog, parse
from billing.models import Price
from billing.services.catalog import publish, shipped_catalog


class Command(BaseCommand):
    help = "Create the catalog's products and prices at Stripe where they are missing, and print the price ids."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--catalog", type=Path, help="a catalog file in TOML; without it the shipped one")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            catalog = parse(options["catalog"].read_text()) if options["catalog"] else shipped_catalog()
        except (BadCatalog, OSError) as error:
            raise CommandError(str(error)) from error
        for line in publish(catalog, by=SYSTEM):
            self.stdout.write(f"made {line}")
        for price in Price.objects.recurring().filter(active=True).select_related("plan").order_by("plan__position"):
            name = f"STRIPE_{price.plan.code}_{'MONTHLY' if price.interval == 'month' else 'ANNUAL'}_PRICE_ID"
            self.stdout.write(f"{name.upper()}_{price.currency.upper()}={price.stripe_id}")
