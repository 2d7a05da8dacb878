"""A status of Stripe's or ours without a word would print as a code, in no colour; a new one must not go unseen."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from billing.domain.states import InvoiceStatus, PaymentStatus, SubscriptionStatus
from billing.models.approval import ApprovalStatus
from billing.models.dead_letter import LetterStatus
from billing.models.reconciliation import DiscrepancyStatus, ReconciliationStatus
from billing.models.stripe_command import CommandStatus
from billing.models.webhook_event import EventStatus
from billing.templatetags import states
from billing.templatetags.declines import DECLINES, decline
from billing.templatetags.states import Tone
from tests import factories

UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 11, 20, 13, 2, tzinfo=UTC)
END = datetime(2026, 12, 1, tzinfo=UTC)
CHARGES = ("pending", "succeeded", "failed")
REFUNDS = ("pending", "requires_action", "succeeded", "failed", "canceled")
TABLES = [
    (states.SUBSCRIPTION, SubscriptionStatus),
    (states.INVOICE, InvoiceStatus),
    (states.PAYMENT, PaymentStatus),
    (states.EVENT, EventStatus),
    (states.COMMAND, CommandStatus),
    (states.APPROVAL, ApprovalStatus),
    (states.LETTER, LetterStatus),
    (states.DISCREPANCY, DiscrepancyStatus),
    (states.RUN, ReconciliationStatus),
    (states.ATTEMPT, CHARGES),
    (states.REFUND, REFUNDS),
]


def subscription(**fields: object) -> states.State:
    row = factories.SubscriptionFactory.build(organization=None, **{"current_period_end": END, **fields})
    return states.subscription_state(row, UTC_ZONE, "en_US")


def payment(status: str, *attempts: dict[str, object], received: int = 0, failure: str = "") -> states.State:
    tried = [SimpleNamespace(**{"amount_refunded": 0, "disputed": False, **each}) for each in attempts]
    row = SimpleNamespace(
        status=status, failure_code=failure, amount_received=received, attempts=SimpleNamespace(all=lambda: tried)
    )
    return states.payment_state(row)  # type: ignore[arg-type]


@pytest.mark.parametrize(("table", "statuses"), TABLES)
def test_every_status_is_in_its_table(table: dict[str, tuple[str, Tone]], statuses: object) -> None:
    assert set(table) == {str(status) for status in statuses}  # type: ignore[attr-defined]


@pytest.mark.parametrize(("table", "statuses"), TABLES)
def test_every_word_is_one_of_ours(table: dict[str, tuple[str, Tone]], statuses: object) -> None:
    for word, _tone in table.values():
        assert word[0].isupper()
        assert "_" not in word
        assert len(word) <= 14


@pytest.mark.parametrize(
    ("status", "word", "tone"),
    [
        ("trialing", "Trial", Tone.INFO),
        ("active", "Active", Tone.GOOD),
        ("past_due", "Past due", Tone.CARE),
        ("unpaid", "Unpaid", Tone.BAD),
        ("paused", "Paused", Tone.QUIET),
        ("canceled", "Cancelled", Tone.QUIET),
        ("incomplete", "Incomplete", Tone.CARE),
        ("incomplete_expired", "Never started", Tone.QUIET),
    ],
)
def test_subscriptions(status: str, word: str, tone: Tone) -> None:
    assert subscription(status=status) == states.State(word, tone, status)


@pytest.mark.parametrize("status", ["unpaid", "paused", "canceled", "incomplete", "incomplete_expired"])
def test_a_pause_or_an_end_to_come_hides_no_worse_state(status: str) -> None:
    assert subscription(status=status, pause_behavior="void", cancel_at_period_end=True) == subscription(status=status)


@pytest.mark.parametrize("status", ["active", "trialing", "past_due"])
@pytest.mark.parametrize("behavior", ["void", "keep_as_draft", "mark_uncollectible"])
def test_a_pause_of_the_collection_is_a_pause(status: str, behavior: str) -> None:
    assert subscription(status=status, pause_behavior=behavior) == states.State("Paused", Tone.QUIET, status)


@pytest.mark.parametrize("status", ["active", "trialing"])
def test_an_end_to_come_has_its_date(status: str) -> None:
    assert subscription(status=status, cancel_at_period_end=True).word == "Ends 1 Dec 2026"
    assert subscription(status=status, cancel_at=END + timedelta(days=9)).word == "Ends 10 Dec 2026"
    assert subscription(status=status, cancel_at_period_end=True).tone == Tone.CARE


def test_the_end_is_a_date_in_the_organizations_zone() -> None:
    row = factories.SubscriptionFactory.build(
        organization=None, cancel_at_period_end=True, current_period_end=END - timedelta(minutes=30)
    )
    assert states.subscription_state(row, ZoneInfo("Asia/Tokyo"), "en_US").word == "Ends 1 Dec 2026"
    assert states.subscription_state(row, UTC_ZONE, "en_US").word == "Ends 30 Nov 2026"


def test_an_end_of_which_no_date_is_known_leaves_the_state() -> None:
    assert subscription(cancel_at_period_end=True, current_period_end=None).word == "Active"


def test_who_owes_is_past_due_although_it_ends() -> None:
    assert subscription(status="past_due", cancel_at=END).word == "Past due"


@pytest.mark.parametrize("status", InvoiceStatus)
@pytest.mark.parametrize("tried", [0, 3])
def test_only_open_invoices_are_past_due(status: str, tried: int) -> None:
    row = factories.InvoiceFactory.build(organization=None, status=status, attempt_count=tried)
    assert (states.invoice_state(row, NOW).word == "Past due") == (status == "open" and tried > 0)


@pytest.mark.parametrize(("seconds", "word"), [(-1, "Past due"), (0, "Past due"), (1, "Open")])
def test_an_invoice_is_past_due_from_its_due_moment(seconds: int, word: str) -> None:
    row = factories.InvoiceFactory.build(organization=None, status="open", due_at=NOW + timedelta(seconds=seconds))
    assert states.invoice_state(row, NOW).word == word


@pytest.mark.parametrize("status", PaymentStatus)
def test_a_disputed_payment_is_that_before_all(status: str) -> None:
    assert payment(status, {"disputed": True}, failure="expired_card").word == "Disputed"
    assert payment(status, {}, {"disputed": True}).tone == Tone.BAD


@pytest.mark.parametrize(
    ("refunds", "word"),
    [
        ([0], "Succeeded"),
        ([1], "Partly refunded"),
        ([99], "Partly refunded"),
        ([100], "Refunded"),
        ([40, 60], "Refunded"),
    ],
)
def test_refunds_are_summed_over_the_attempts(refunds: list[int], word: str) -> None:
    assert payment("succeeded", *({"amount_refunded": each} for each in refunds), received=100).word == word


def test_a_failure_of_long_ago_does_not_taint_a_success() -> None:
    assert payment("succeeded", {}, received=100, failure="expired_card").word == "Succeeded"


@pytest.mark.parametrize("status", ["requires_action", "requires_confirmation", "requires_payment_method"])
def test_what_waits_for_the_customer_says_so(status: str) -> None:
    assert payment(status) == states.State("Needs customer", Tone.CARE, status)


@pytest.mark.parametrize("status", EventStatus)
def test_events_and_commands_have_no_word_of_stripes(status: str) -> None:
    assert states.event_state(SimpleNamespace(status=status)).stripe == ""  # type: ignore[arg-type]
    assert states.command_state(SimpleNamespace(status="done")).stripe == ""  # type: ignore[arg-type]


@pytest.mark.parametrize("status", ["not_yet_invented", "", "UPPER_CASE"])
def test_a_status_of_next_year_is_printed_and_quiet(status: str) -> None:
    state = states.attempt_state(SimpleNamespace(status=status))
    assert state == states.State(status.replace("_", " ").capitalize(), Tone.QUIET, status)


def test_shapes_are_told_apart_without_colour() -> None:
    assert len({tone.value for tone in Tone}) == len(Tone)


@pytest.mark.parametrize("code", sorted(DECLINES))
def test_a_decline_is_short_and_leads_on(code: str) -> None:
    found = decline(code)
    assert len(found.words) <= 50
    assert not found.words.endswith(".")
    assert found.advice[0].isupper()
    assert found.advice.count(".") == 1


@pytest.mark.parametrize("code", ["lost_card", "stolen_card", "pickup_card", "expired_card", "invalid_account"])
def test_a_card_that_will_never_work_is_not_tried_again(code: str) -> None:
    assert "another card" in decline(code).advice
    assert "again" not in decline(code).advice


@pytest.mark.parametrize("code", ["processing_error", "try_again_later", "issuer_not_available", "reenter_transaction"])
def test_what_may_pass_is_tried_later(code: str) -> None:
    assert decline(code).advice == "Try again later."


@pytest.mark.parametrize("code", ["authentication_required", "authentication_failure"])
def test_a_bank_that_asks_is_answered_by_the_customer(code: str) -> None:
    assert "pay link" in decline(code).advice


def test_suspicion_of_fraud_is_kept_from_the_customer() -> None:
    assert decline("fraudulent").advice.startswith("Do not tell the customer")


@pytest.mark.parametrize("code", ["", "unknown", "CARD_DECLINED", "insufficient funds"])
def test_a_code_that_nobody_knows_is_the_banks_no(code: str) -> None:
    assert decline(code).words == "The bank said no"
