"""Each type of event that a handler takes is delivered by a test of the inbox."""

from pathlib import Path

from billing.inbox.registry import handled_types
from tests.architecture.sources import ROOT

# The union of the event lists of the requirements (docs/requirements.md)
REQUIRED = {
    "charge.failed",
    "charge.refunded",
    "charge.succeeded",
    "checkout.session.completed",
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.trial_will_end",
    "customer.subscription.updated",
    "invoice.created",
    "invoice.finalized",
    "invoice.payment_action_required",
    "invoice.payment_failed",
    "invoice.payment_succeeded",
    "invoice.updated",
    "payment_intent.canceled",
    "payment_intent.payment_failed",
    "payment_intent.succeeded",
    "payment_method.attached",
    "payment_method.detached",
}


def untested(types: frozenset[str], folder: Path) -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.suffix in (".py", ".json")]
    return {name for name in types if not any(f'"{name}"' in text for text in texts)}


def test_each_has_one():
    assert untested(handled_types(), ROOT / "tests" / "inbox") == set()


def test_what_the_requirements_name_is_handled():
    assert REQUIRED - handled_types() == set()


def test_a_type_without_one_is_found(tmp_path):
    (tmp_path / "test_x.py").write_text('deliver("invoice.paid")\n', encoding="utf-8")
    assert untested(frozenset({"invoice.paid", "invoice.voided"}), tmp_path) == {"invoice.voided"}
