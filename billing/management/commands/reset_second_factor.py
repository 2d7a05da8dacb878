"""For somebody who has lost the phone, the keys and the recovery codes."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from billing.models import User
from billing.signin import sessions, trail


class Command(BaseCommand):
    help = (
        "Remove all second factors of a person, and end every session and token. Make sure who is asking: with the "
        "password alone the person then sets up a new one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the mail address that the person signs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError("Nobody has this mail address.")
        with transaction.atomic():
            kinds = sorted({each.get_type_display() for each in Authenticator.objects.filter(user=user)})
            Authenticator.objects.filter(user=user).delete()
            for kind in kinds:
                trail.tell(user, "second_factor_removed", kind=kind)
            sessions.end_others(user=user, keep=None, reason="second factors reset")
        self.stdout.write(f"Removed: {', '.join(kinds) or 'nothing, there was none'}.")
