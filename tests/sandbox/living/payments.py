"""Payments, refunds, set-ups and invoices by hand."""

from tests.sandbox.scenes import DAY, Account

ALWAYS = {
    "customer": "email name phone currency delinquent default_source balance invoice_prefix address",
    "charge": "failure_code failure_message balance_transaction payment_method_details receipt_url refunded",
    "payment_intent": "last_payment_error latest_charge next_action payment_method canceled_at client_secret",
    "refund": "reason status charge payment_intent balance_transaction",
}
NEVER = {"customer": "sources subscriptions tax_ids tax cash_balance", "charge": "refunds"}

UNSEEN = {
    # The parts of kinds of payment methods that are not modelled.
    "payment_method": "acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit bacs_debit bancontact"
    " billie bizum blik boleto card_present cashapp crypto custom customer_balance eps fpx giropay grabpay ideal"
    " interac_present kakao_pay klarna konbini kr_card link mb_way mobilepay multibanco naver_pay nz_bank_account"
    " oxxo p24 pay_by_bank payco paynow paypal payto pix promptpay radar_options revolut_pay samsung_pay satispay"
    " scalapay sepa_debit sofort sunbit swish twint upi us_bank_account wechat_pay zip",
    # Sent only where Managed Payments, Adaptive Pricing or hooks are in use.
    "payment_intent": "allowed_payment_method_types hooks managed_payments payment_details presentment_details",
    # Sent only for Connect, for line item data of level 3 and for card-present payments.
    "charge": "authorization_code level3 presentment_details transfer",
    # Sent only for refunds that failed, wait, or go by mail.
    "refund": "description failure_balance_transaction failure_reason instructions_email next_action pending_reason"
    " presentment_details",
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
    account.advance(3 * DAY)
