"""Run as a process: start a subscription, and be killed while Stripe is silent."""

import sys

import django

django.setup()

from audit.actor import SYSTEM  # noqa: E402 - Django first
from billing.models import Organization  # noqa: E402
from billing.services import subscriptions  # noqa: E402

subscriptions.start(organization=Organization.objects.get(pk=int(sys.argv[1])), plan_code="professional", by=SYSTEM)
