"""Money on its way."""

from sandbox.nouns.payments import (
    balance_transactions,
    charges,
    disputes,
    intent_params,
    payment_intents,
    payouts,
    refunds,
    setup_intents,
)
from sandbox.nouns.reading import lister, retriever
from sandbox.operations.expand import Include
from sandbox.operations.router import Row
from sandbox.protocol.params import PAGE

ROWS: list[Row] = [
    ("GET", "/v1/setup_intents", setup_intents.list_all, intent_params.SETUP_LIST),
    ("POST", "/v1/setup_intents", setup_intents.create, intent_params.SETUP_CREATE),
    ("GET", "/v1/setup_intents/{id}", retriever("setup_intent"), {}),
    ("POST", "/v1/setup_intents/{id}", setup_intents.update, intent_params.SETUP_UPDATE),
    ("POST", "/v1/setup_intents/{id}/confirm", setup_intents.confirm, intent_params.SETUP_CONFIRM),
    ("POST", "/v1/setup_intents/{id}/cancel", setup_intents.cancel, intent_params.SETUP_CANCEL),
    ("GET", "/v1/payment_intents", lister("payment_intent", "/v1/payment_intents", customer="customer"),
     intent_params.PAYMENT_LIST),
    ("POST", "/v1/payment_intents", payment_intents.create, intent_params.PAYMENT_CREATE),
    ("GET", "/v1/payment_intents/{id}", retriever("payment_intent"), {}),
    ("POST", "/v1/payment_intents/{id}", payment_intents.update, intent_params.PAYMENT_UPDATE),
    ("POST", "/v1/payment_intents/{id}/confirm", payment_intents.confirm, intent_params.PAYMENT_CONFIRM),
    ("POST", "/v1/payment_intents/{id}/capture", payment_intents.capture, intent_params.PAYMENT_CAPTURE),
    ("POST", "/v1/payment_intents/{id}/cancel", payment_intents.cancel, intent_params.PAYMENT_CANCEL),
    ("GET", "/v1/setup_attempts", setup_intents.attempts, intent_params.ATTEMPT_LIST),
    ("GET", "/v1/charges", charges.list_all, charges.LIST),
    ("GET", "/v1/charges/{id}", retriever("charge"), {}),
    ("POST", "/v1/charges/{id}", charges.update, charges.UPDATE),
    ("POST", "/v1/charges/{id}/capture", charges.capture, charges.CAPTURE),
    ("GET", "/v1/charges/{id}/refunds", refunds.of_charge, PAGE),
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
