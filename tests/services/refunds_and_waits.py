"""Run as a process: approve what waits, and be killed while Stripe is silent."""

import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402 - Django first

from audit.actor import Actor, ActorKind  # noqa: E402
from billing.models import Approval  # noqa: E402
from billing.services import refunds  # noqa: E402, F401 - registers the verb
from billing.services.approvals import approve  # noqa: E402

approve(approval=Approval.objects.get(), by=Actor(ActorKind.STAFF, sys.argv[1]), now=timezone.now())
