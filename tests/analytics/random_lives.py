"""Random lives of subscriptions."""

from datetime import timedelta

from hypothesis import strategies as st

from tests.analytics.lives import Life, item, state

PRICES = {"price_starter": 2900, "price_pro": 7900, "price_odd": 1001, "price_free": 0}
STATUSES = ("active", "active", "active", "past_due", "trialing", "unpaid", "incomplete", "paused")
PAUSES = (None, None, {"behavior": "void"}, {"behavior": "keep_as_draft"})
SHORT = (timedelta(), timedelta(), timedelta(seconds=1), timedelta(hours=7), timedelta(days=9), timedelta(days=40))


@st.composite
def items(draw, identity: str):
    price = draw(st.sampled_from(sorted(PRICES)))
    yearly = draw(st.booleans())
    return item(
        f"{price}_year" if yearly else price,
        PRICES[price] * (10 if yearly else 1),
        id=identity,
        interval="year" if yearly else "month",
        quantity=draw(st.integers(0, 5)),
        usage_type=draw(st.sampled_from(["licensed", "licensed", "licensed", "metered"])),
    )


@st.composite
def states(draw, currency: str = "usd"):
    names = draw(st.sampled_from([("si_1",), ("si_1",), ("si_1", "si_2"), ("si_2",), ()]))
    return state(
        *[draw(items(name)) for name in names],
        status=draw(st.sampled_from(STATUSES)),
        pause=draw(st.sampled_from(PAUSES)),
        currency=currency,
    ) | ({"items": []} if not names else {})


@st.composite
def lives(draw, currency: str = "usd", longest: int = 6):
    """At most `longest` events, often several in one second; some lives end."""
    life = Life()
    for _ in range(draw(st.integers(1, longest - 1))):
        life.tell(draw(states(currency)), after=draw(st.sampled_from(SHORT)))
    if draw(st.booleans()):
        life.end(after=draw(st.sampled_from(SHORT)))
    return life
