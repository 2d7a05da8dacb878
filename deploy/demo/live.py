"""Live the demo company's story to the present."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from analytics.fx import set_rates
from analytics.ledger.due import fold_due
from audit.actor import SYSTEM
from billing.models import Organization, Plan
from billing.services import catalog
from deploy.demo import clock
from deploy.demo.act import act, address
from deploy.demo.consumption import consume
from deploy.demo.post import Post
from deploy.demo.story import Step, story

HISTORY = timedelta(days=548)  # 18 months
SETTLE_EVERY = timedelta(days=14)  # the longest time of the story in which our rows may lag behind Stripe's

Report = Callable[[datetime], None]


def live(*, companies: int, now: datetime, post: Post, report: Report, history: timedelta = HISTORY) -> Organization:
    """Make the catalog, live every step at its time, report usage and rates, and return the first customer.

    An interrupted run goes on where the sandbox's clock stands. `report` is called with the story's time.
    """
    start = now - history
    if not (Plan.objects.exists() or Organization.objects.exists()):  # products here must be known at Stripe
        clock.begin_at(start)
    list(catalog.publish(catalog.shipped_catalog(), by=SYSTEM))
    post.settle()
    _live_steps(story(companies=companies, start=start, end=now - timedelta(hours=1)), post, report)
    clock.follow_the_wall()
    post.settle()
    consume(now=now)
    _set_rates(start, now)
    fold_due(now=datetime.now(tz=now.tzinfo) + timedelta(seconds=1))
    report(now)
    return Organization.objects.get(email=address(0))


def _live_steps(steps: list[Step], post: Post, report: Report) -> None:
    began = clock.now()
    settled = began
    for step in (step for step in steps if step.at > began):
        while step.at - settled > SETTLE_EVERY:
            settled += SETTLE_EVERY
            clock.live_to(settled)
            post.settle()
            report(settled)
        clock.live_to(step.at)
        act(step)


def _set_rates(start: datetime, now: datetime) -> None:
    """Two rates a quarter: enough to see exchange rates at work."""
    day, number = start, 0
    while day < now:
        set_rates(day.date(), {"eur": Decimal("1.08") + Decimal(number % 5) / 100, "gbp": Decimal("1.27")})
        day, number = day + timedelta(days=45), number + 1
