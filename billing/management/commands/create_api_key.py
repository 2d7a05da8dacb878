"""Issue an API key from the command line: the first key of an installation, or a key for a customer."""

import json
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audit.actor import SYSTEM
from billing.domain.scopes import OF_AN_ORGANIZATION, Scope
from billing.models import Organization
from billing.models.api_key import IssuedKey
from billing.services import api_keys
from billing.services.api_keys import CannotIssueKey


class Command(BaseCommand):
    help = "Issue an API key and print it once. Without --organization it is a key of the installation (staff)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="where the key is used")
        parser.add_argument("--organization", metavar="ID", help="the organization's id, org_…")
        parser.add_argument(
            "--scope", action="append", choices=sorted(Scope), help="may be repeated; all that fit by default"
        )
        parser.add_argument("--expires-in-days", type=int, metavar="DAYS", help="never, by default")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        organization = _organization(options["organization"])
        fitting = Scope if organization is None else OF_AN_ORGANIZATION
        try:
            issued = api_keys.issue(
                organization=organization,
                name=options["name"],
                scopes=options["scope"] or sorted(fitting),
                expires_at=_expiry(options["expires_in_days"]),
                by=SYSTEM,
            )
        except CannotIssueKey as error:
            raise CommandError(error.detail) from error
        self.stdout.write(_as_json(issued) if options["json"] else _as_text(issued))


def _organization(public_id: str | None) -> Organization | None:
    if public_id is None:
        return None
    organization = Organization.objects.standing().filter(public_id=public_id).first()
    if organization is None:
        raise CommandError(f"There is no organization {public_id}.")
    return organization


def _expiry(days: int | None) -> Any:
    if days is not None and days < 1:
        raise CommandError("--expires-in-days is at least 1.")
    return None if days is None else timezone.now() + timedelta(days=days)


def _as_json(issued: IssuedKey) -> str:
    key = issued.key
    expires = key.expires_at.isoformat() if key.expires_at else None
    return json.dumps({"id": key.public_id, "secret": issued.secret, "scopes": key.scopes, "expires_at": expires})


def _as_text(issued: IssuedKey) -> str:
    return f"{issued.secret}\n{issued.key.public_id}, scopes {', '.join(issued.key.scopes)}. Not shown again."
