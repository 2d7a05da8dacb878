"""Payments, refunds, set-ups and invoices by hand."""

from tests.sandbox.scenes import DAY, Account

ALWAYS = {
    "customer": "email name phone currency delinquent default_source balance invoice_prefix address",
    "charge": "failure_code failure_message balance_transaction payment_method_details receipt_url refunded",
    "payment_intent": "last_payment_error latest_charge next_action payment_method canceled_at client_secret",
    "refund": "reason status charge payment_intent balance_transaction",
    "dispute": "network_reason_code payment_method_details payment_intent",
    "setup_attempt": "setup_error customer",
    "payout": "balance_transaction failure_balance_transaction failure_code failure_message destination description"
    " statement_descriptor original_payout reversed_by trace_id application_fee",
    "balance_transaction": "description exchange_rate source",
}
NEVER = {"customer": "sources subscriptions tax_ids tax cash_balance", "charge": "refunds"}

UNSEEN = {
    # The parts of kinds of payment methods that are not modelled.
    "payment_method": "acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit bacs_debit bancontact"
    " billie bizum blik boleto card_present cashapp crypto custom customer_balance eps fpx giropay grabpay ideal"
    " interac_present kakao_pay klarna konbini kr_card link mb_way mobilepay multibanco naver_pay nz_bank_account"
    " oxxo p24 pay_by_bank payco paynow paypal payto pix promptpay radar_options revolut_pay samsung_pay satispay"
    " scalapay sofort sunbit swish twint upi wechat_pay zip",
    # Sent only where Managed Payments, Adaptive Pricing or hooks are in use.
    "payment_intent": "allowed_payment_method_types hooks managed_payments payment_details presentment_details",
    # Sent only for Connect, for line item data of level 3 and for card-present payments.
    "charge": "authorization_code level3 presentment_details transfer",
    # Sent only for refunds that go by mail or wait for the customer.
    "refund": "description instructions_email next_action presentment_details",
    # Sent only to Connect platforms; every mandate here is for many payments.
    "mandate": "on_behalf_of single_use",
    "setup_attempt": "attach_to_self",
    "setup_intent": "allowed_payment_method_types attach_to_self managed_payments",
    # Sent only where they were set; credit balances are in preview at Stripe.
    "customer": "business_name individual_name invoice_credit_balance",
    # Sent only to Connect platforms and for organizations.
    "event": "account context",
    "invoiceitem": "frozen_fields",
    # Sent only where something was paid outside of Stripe.
    "invoice": "amount_paid_off_stripe",
    # Shown once, in the answer to the creation.
    "webhook_endpoint": "secret",
}


def live(account: Account) -> None:
    v1, customer = account.v1, account.customer().id
    intent = v1.payment_intents.create(
        {"amount": 5000, "currency": "usd", "customer": customer, "payment_method": "pm_card_visa", "confirm": True}
    )
    v1.refunds.create({"payment_intent": intent.id, "amount": 1200, "reason": "requested_by_customer"})
    v1.payment_intents.cancel(v1.payment_intents.create({"amount": 100, "currency": "eur"}).id)
    v1.setup_intents.create({"customer": customer, "payment_method": "pm_card_amex", "confirm": True})
    v1.setup_intents.create({"payment_method": "pm_card_authenticationRequired", "confirm": True})
    v1.invoice_items.create({"customer": customer, "amount": 700, "currency": "usd", "description": "Help"})
    invoice = v1.invoices.create({"customer": customer, "pending_invoice_items_behavior": "include"})
    v1.invoices.void_invoice(v1.invoices.finalize_invoice(invoice.id).id)
    v1.invoice_items.create({"customer": customer, "amount": -300, "currency": "usd"})
    v1.customers.update(customer, {"balance": -500, "address": {"city": "Zurich", "country": "CH"}})
    v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/none", "enabled_events": ["product.deleted"]})
    trouble(account)
    account.advance(3 * DAY)


def trouble(account: Account) -> None:
    """Debits, disputes, refunds that come back, and payouts."""
    v1, customer = account.v1, account.customer().id

    def paid(token: str, currency: str = "usd", amount: int = 4200) -> str:
        wanted = {"amount": amount, "currency": currency, "payment_method": token, "confirm": True}
        return v1.payment_intents.create(
            {**wanted, "payment_method_types": ["card", "us_bank_account", "sepa_debit"]}
        ).id

    for token in ("pm_usBankAccount_success", "pm_usBankAccount_noAccount", "pm_usBankAccount_dispute"):
        paid(token)
    v1.refunds.create({"payment_intent": paid("pm_card_refundFail")})
    v1.refunds.create({"payment_intent": paid("pm_card_pendingRefund"), "amount": 100})
    paid("pm_sepaDebit_success_de", "eur")
    v1.payment_methods.attach("pm_sepaDebit_failed_fr", {"customer": customer})
    for token in (
        "createDispute",
        "createDisputeProductNotReceived",
        "createDisputeInquiry",
        "createIssuerFraudRecord",
    ):
        paid("pm_card_" + token)
    won, lost = v1.disputes.list().data[:2]
    v1.disputes.update(won.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    v1.disputes.close(lost.id)
    paid("pm_card_bypassPending", amount=90_000)
    v1.payouts.cancel(v1.payouts.create({"amount": 100, "currency": "usd"}).id)
    v1.payouts.create({"amount": 200, "currency": "usd", "description": "By hand"})
    account.advance(DAY)
    account.control("fail_payout", {"payout": v1.payouts.list().data[0].id, "failure_code": "account_closed"})
    account.advance(12 * DAY)
