"""Money on its way."""

from sandbox.expand import Include
from sandbox.nouns import (
    balance_transactions,
    charges,
    disputes,
    payment_intents,
    payouts,
    refunds,
    setup_intents,
)
from sandbox.nouns.reading import lister, retriever
from sandbox.router import Row

ROWS: list[Row] = [
    ("GET", "/v1/setup_intents", lister("setup_intent", "/v1/setup_intents", customer="customer"), setup_intents.LIST),
    ("POST", "/v1/setup_intents", setup_intents.create, setup_intents.CREATE),
    ("GET", "/v1/setup_intents/{id}", retriever("setup_intent"), {}),
    ("POST", "/v1/setup_intents/{id}", setup_intents.update, setup_intents.UPDATE),
    ("POST", "/v1/setup_intents/{id}/confirm", setup_intents.confirm, setup_intents.CONFIRM),
    ("POST", "/v1/setup_intents/{id}/cancel", setup_intents.cancel, setup_intents.CANCEL),
    ("GET", "/v1/payment_intents", lister("payment_intent", "/v1/payment_intents", customer="customer"),
     payment_intents.LIST),
    ("POST", "/v1/payment_intents", payment_intents.create, payment_intents.CREATE),
    ("GET", "/v1/payment_intents/{id}", retriever("payment_intent"), {}),
    ("POST", "/v1/payment_intents/{id}", payment_intents.update, payment_intents.UPDATE),
    ("POST", "/v1/payment_intents/{id}/confirm", payment_intents.confirm, payment_intents.CONFIRM),
    ("POST", "/v1/payment_intents/{id}/capture", payment_intents.capture, payment_intents.CAPTURE),
    ("POST", "/v1/payment_intents/{id}/cancel", payment_intents.cancel, payment_intents.CANCEL),
    ("GET", "/v1/charges", lister("charge", "/v1/charges", customer="customer", parent="payment_intent"),
     charges.LIST),
    ("GET", "/v1/charges/{id}", retriever("charge"), {}),
    ("POST", "/v1/charges/{id}", charges.update, charges.UPDATE),
    ("GET", "/v1/balance_transactions", balance_transactions.list_all, balance_transactions.LIST),
    ("GET", "/v1/balance_transactions/{id}", retriever("balance_transaction"), {}),
    ("GET", "/v1/refunds", lister("refund", "/v1/refunds", parent="charge", tag="payment_intent"), refunds.LIST),
    ("POST", "/v1/refunds", refunds.create, refunds.CREATE),
    ("GET", "/v1/refunds/{id}", retriever("refund"), {}),
    ("POST", "/v1/refunds/{id}", refunds.update, refunds.UPDATE),
    ("POST", "/v1/refunds/{id}/cancel", refunds.cancel, {}),
    ("GET", "/v1/disputes", lister("dispute", "/v1/disputes", parent="charge", tag="payment_intent"), disputes.LIST),
    ("GET", "/v1/disputes/{id}", retriever("dispute"), {}),
    ("POST", "/v1/disputes/{id}", disputes.update, disputes.UPDATE),
    ("POST", "/v1/disputes/{id}/close", disputes.close, {}),
    ("GET", "/v1/payouts", payouts.list_all, payouts.LIST),
    ("POST", "/v1/payouts", payouts.create, payouts.CREATE),
    ("GET", "/v1/payouts/{id}", retriever("payout"), {}),
    ("POST", "/v1/payouts/{id}", payouts.update, payouts.UPDATE),
    ("POST", "/v1/payouts/{id}/cancel", payouts.cancel, {}),
    ("GET", "/v1/mandates/{id}", retriever("mandate"), {}),
    ("GET", "/v1/radar/early_fraud_warnings", lister(
        "radar.early_fraud_warning", "/v1/radar/early_fraud_warnings", parent="charge", tag="payment_intent"),
     disputes.LIST),
    ("GET", "/v1/radar/early_fraud_warnings/{id}", retriever("radar.early_fraud_warning"), {}),
]  # fmt: skip
INCLUDES: dict[tuple[str, str], Include] = {
    ("charge", "refunds"): charges.refunds_of,
}
