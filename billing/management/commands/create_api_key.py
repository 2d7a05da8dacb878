"""Issue an API key from the command line: the first key of an installation, a key for a customer, or a successor."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audit.actor import SYSTEM
from billing.domain.scopes import OF_AN_ORGANIZATION, Scope
from billing.models import ApiKey, Organization
from billing.models.api_key import IssuedKey
from billing.services import api_keys
from billing.services.errors import Cannot


class Command(BaseCommand):
    help = (
        "Issue an API key and print it once. Without --organization it is a key of the installation (staff). "
        "With --rotate it takes the place of another one, which ends when the overlap is over."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", default="", help="where the key is used")
        parser.add_argument("--organization", metavar="ID", help="the organization's id, org_…")
        parser.add_argument(
            "--scope", action="append", choices=sorted(Scope), help="may be repeated; all that fit by default"
        )
        parser.add_argument(
            "--expires-in-days", type=int, metavar="DAYS", help="never, by default; with --rotate not after the old end"
        )
        parser.add_argument("--rotate", metavar="KEY_ID", help="the key to replace, key_…")
        parser.add_argument(
            "--overlap-hours",
            type=float,
            default=24,
            metavar="HOURS",
            help="the old key lives on for so long; at most 168",
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            issued = _rotated(options) if options["rotate"] else _issued(options)
        except Cannot as error:
            raise CommandError(error.detail) from error
        self.stdout.write(_as_json(issued) if options["json"] else _as_text(issued))


def _issued(options: dict[str, Any]) -> IssuedKey:
    organization = _organization(options["organization"])
    fitting = Scope if organization is None else OF_AN_ORGANIZATION
    return api_keys.issue(
        organization=organization,
        name=options["name"],
        scopes=options["scope"] or sorted(fitting),
        expires_at=_expiry(options["expires_in_days"]),
        by=SYSTEM,
    )


def _rotated(options: dict[str, Any]) -> IssuedKey:
    if options["name"] or options["organization"] or options["scope"]:
        raise CommandError("With --rotate the name, the organization and the scopes are those of the old key.")
    key = ApiKey.objects.filter(public_id=options["rotate"]).first()
    if key is None:
        raise CommandError(f"There is no API key {options['rotate']}.")
    return api_keys.rotate(
        key=key,
        overlap=timedelta(hours=options["overlap_hours"]),
        expires_at=_expiry(options["expires_in_days"]),
        now=timezone.now(),
        by=SYSTEM,
    )


def _organization(public_id: str | None) -> Organization | None:
    if public_id is None:
        return None
    organization = Organization.objects.standing().filter(public_id=public_id).first()
    if organization is None:
        raise CommandError(f"There is no organization {public_id}.")
    return organization


def _expiry(days: int | None) -> datetime | None:
    if days is not None and days < 1:
        raise CommandError("--expires-in-days is at least 1.")
    return None if days is None else timezone.now() + timedelta(days=days)


def _as_json(issued: IssuedKey) -> str:
    key = issued.key
    shown = {
        "id": key.public_id,
        "secret": issued.secret,
        "scopes": key.scopes,
        "expires_at": _text(key.expires_at),
        "replaces": key.replaces.public_id if key.replaces else None,
        "replaced_ends_at": _text(key.replaces.expires_at) if key.replaces else None,
    }
    return json.dumps(shown)


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _as_text(issued: IssuedKey) -> str:
    key = issued.key
    lines = [issued.secret, f"{key.public_id}, scopes {', '.join(key.scopes)}. Not shown again."]
    if key.replaces:
        lines.append(f"{key.replaces.public_id} ends at {_text(key.replaces.expires_at)}.")
    return "\n".join(lines)
