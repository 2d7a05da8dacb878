"""The demo's rows are made by the services that customers use: a verb that cheats would show what cannot happen."""

from audit.models import AuditEntry
from billing.models import Organization, Subscription
from deploy.demo.act import VERBS, act, address
from tests.demo.conftest import registered, step
from tests.services.scenes import at_stripe
from tests.stripe_events import deliver

START = {"interval": "month", "quantity": 1, "trial_days": 0, "card": "pm_card_visa"}


def started(plan: str = "professional", **more: object) -> bool:
    return act(step("start", plan=plan, **{**START, **more}))


def plan() -> str:
    return Subscription.objects.get().items.get().price.plan.code


def test_addresses_sort_and_reach_nobody():
    assert address(3) == "billing+003@example.com"
    assert [address(number) for number in (2, 10, 100)] == sorted(address(number) for number in (2, 10, 100))


def test_a_life_from_registration_to_refund_and_end(offered: str):
    organization = registered()
    assert (organization.name, organization.currency) == ("Alder Foods", "eur")
    assert (organization.time_zone, organization.locale) == ("Europe/Berlin", "de")

    assert started()
    assert (plan(), Subscription.objects.get().currency) == ("professional", "eur")
    assert act(step("change", plan="premium"))
    assert plan() == "premium"

    deliver(offered)
    assert act(step("refund"))
    [refund] = at_stripe(offered, "refunds")
    charged = {charge["id"]: charge for charge in at_stripe(offered, "charges")}
    assert refund["amount"] == charged[refund["charge"]]["amount"] // 2

    deliver(offered)
    assert act(step("pause"))
    assert at_stripe(offered, "subscriptions")[0]["pause_collection"]["behavior"] == "void"
    assert act(step("resume"))
    assert at_stripe(offered, "subscriptions")[0]["pause_collection"] is None

    assert act(step("cancel", at="now"))
    assert Subscription.objects.get().status == "canceled"
    assert act(step("start_again", plan="starter")), "the card that it had is used"
    assert Subscription.objects.live().get().items.get().price.plan.code == "starter"
    assert set(AuditEntry.objects.values_list("actor_kind", flat=True)) <= {"system", "stripe"}


def test_registering_again_makes_no_second_company(offered: str):
    first = registered()
    assert registered() == first
    assert Organization.objects.count() == 1
    assert len(at_stripe(offered, "customers")) == 1


def test_what_is_refused_is_part_of_life_and_changes_nothing(offered: str):
    registered()
    assert not started(card="pm_card_chargeDeclined")
    assert not Subscription.objects.live().exists()
    assert not started(plan="there-is-none")
    assert started()
    assert not started(), "it has one already"
    assert Subscription.objects.count() == 1
    assert not act(step("change", plan="there-is-none"))
    assert plan() == "professional"


def test_what_needs_a_subscription_does_nothing_without_one(offered: str):
    registered()
    before = len(at_stripe(offered, "events"))
    for verb, details in (
        ("change", {"plan": "premium"}),
        ("cancel", {"at": "now"}),
        ("pause", {}),
        ("resume", {}),
        ("refund", {}),
    ):
        assert act(step(verb, **details)), verb
    assert len(at_stripe(offered, "events")) == before


def test_a_payment_is_given_back_once(offered: str):
    registered()
    started()
    deliver(offered)
    assert act(step("refund"))
    deliver(offered)
    assert act(step("refund"))
    assert len(at_stripe(offered, "refunds")) == 1


def test_every_verb_has_one_meaning():
    assert all(verb == function.__name__ for verb, function in VERBS.items())
