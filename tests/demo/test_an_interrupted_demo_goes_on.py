"""The demo takes minutes and people press Ctrl-C: started again it must end as if nothing had happened."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from billing.models import Organization, Plan, Subscription
from deploy.demo import clock
from deploy.demo.live import live
from deploy.demo.names import MOST
from deploy.demo.post import ByHand
from tests.services.scenes import at_stripe
from usage.models.usage_event import UsageEvent

HISTORY = timedelta(days=45)
NOW = datetime.now(tz=UTC).replace(microsecond=0)


class Interrupted(Exception):
    pass


class Interrupting(ByHand):
    """Stops at the given settling; 1 is the one after the catalog was published."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.left = at

    def settle(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Interrupted
        super().settle()


def lived(post: ByHand, now: datetime = NOW) -> Organization:
    return live(companies=2, now=now, post=post, report=lambda at: None, history=HISTORY)


@pytest.mark.parametrize("at", [1, 3])
def test_wherever_it_was(committing: str, sandbox: str, at: int):
    with pytest.raises(Interrupted):
        lived(Interrupting(at))
    first = lived(ByHand(), NOW + timedelta(seconds=30))

    assert Organization.objects.count() == len(at_stripe(sandbox, "customers")) == 2
    assert Plan.objects.count() == len(at_stripe(sandbox, "products")), "one catalog, known on both sides"
    assert Subscription.objects.get(organization=first).status == "active"
    assert Subscription.objects.count() == len(at_stripe(sandbox, "subscriptions"))
    assert UsageEvent.objects.filter(organization=first).exists()
    assert clock.control("clock")["following_wall"] is True


def test_the_command_tells_the_keys_in_its_last_line(committing: str, sandbox: str):
    for _ in range(2):
        out = io.StringIO()
        call_command("seed_demo", "--by-hand", "--companies=1", "--days=20", stdout=out)
        told = json.loads(out.getvalue().splitlines()[-1])
        assert told["organization"] == Organization.objects.get().public_id
    assert Subscription.objects.count() == 1, "run again it changes nothing but keys"


class TestRefused:
    def test_where_money_is_real(self, settings):
        settings.STRIPE_API_BASE = "https://api.stripe.com"
        with pytest.raises(CommandError, match="The demo company is for the sandbox; STRIPE_API_BASE is Stripe itself"):
            call_command("seed_demo")

    @pytest.mark.parametrize("wrong", ["--companies=0", "--companies=-1", f"--companies={MOST + 1}", "--days=0"])
    def test_before_anything_is_emptied(self, wrong: str):
        with pytest.raises(CommandError) as refused:
            call_command("seed_demo", wrong)
        assert str(refused.value) == "Write 1 to 240 for --companies and at least 1 for --days."
