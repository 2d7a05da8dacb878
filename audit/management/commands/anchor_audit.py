"""Put the signed heads of the log to where this database does not reach."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audit.anchoring import signing
from audit.anchoring.anchor import anchor_now
from audit.anchoring.place import CannotKeepAnchor
from audit.anchoring.signing import CannotSign
from audit.models import Anchor


class Command(BaseCommand):
    help = (
        "Sign the heads of all chains with AUDIT_SIGNING_KEY and write them to AUDIT_ANCHOR_URL. "
        "`verify_audit --anchor FILE` finds with them what was written anew as a whole."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--generate-key", action="store_true", help="print a new key with its public key, and stop")
        parser.add_argument("--json", action="store_true", help="the outcome as one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["generate_key"]:
            self.stdout.write(_key_pair(as_json=options["json"]))
            return
        try:
            anchor = anchor_now(now=timezone.now())
        except (CannotSign, CannotKeepAnchor) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_as_json(anchor) if options["json"] else _in_words(anchor))


def _key_pair(*, as_json: bool) -> str:
    private, public = signing.new_key()
    if as_json:
        return json.dumps({"private_key": private, "public_key": public, "key_id": signing.key_id(public)})
    return (
        f"AUDIT_SIGNING_KEY={private}\n\nPublic key, for those who check: {public} (id {signing.key_id(public)})\n"
        "Whoever has the first line can sign as this installation; keep it where the database's administrators do not."
    )


def _as_json(anchor: Anchor) -> str:
    return json.dumps(
        {"place": anchor.place, "key_id": anchor.key_id, "chains": anchor.chains, "entries": anchor.entries}
    )


def _in_words(anchor: Anchor) -> str:
    return f"Anchored {anchor.entries} entries in {anchor.chains} chains: {anchor.place} (key {anchor.key_id})"
