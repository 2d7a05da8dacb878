"""Which of Stripe's test cards and accounts the pages offer, and what each does."""

GROUPS: dict[str, dict[str, str]] = {
    "Pays": {
        "pm_card_visa": "Visa 4242: pays",
        "pm_card_mastercard": "Mastercard 4444: pays",
        "pm_card_amex": "American Express 8431: pays",
    },
    "Asks for authentication": {
        "pm_card_threeDSecure2Required": "Visa 3220: asks for 3-D Secure",
        "pm_card_authenticationRequired": "Visa 3184: asks for 3-D Secure at every payment",
    },
    "Is declined": {
        "pm_card_visa_chargeDeclined": "Visa 0002: declined",
        "pm_card_visa_chargeDeclinedInsufficientFunds": "Visa 9995: insufficient funds",
        "pm_card_visa_chargeDeclinedExpiredCard": "Visa 0069: expired",
        "pm_card_chargeDeclinedIncorrectCvc": "Visa 0127: wrong security code",
        "pm_card_chargeDeclinedProcessingError": "Visa 0119: processing error",
        "pm_card_visa_chargeDeclinedStolenCard": "Visa 9979: stolen",
    },
    "Fails later": {
        "pm_card_chargeCustomerFail": "Visa 0341: can be saved, every charge is declined",
        "pm_card_sandbox_failsOnRenewal": "Visa 7001: pays once, is declined at renewals",
        "pm_card_sandbox_insufficientFundsOnRenewal": "Visa 7002: pays once, then has insufficient funds",
        "pm_card_sandbox_expiresOnRenewal": "Visa 7003: pays once, then has expired",
    },
}


BANKS: dict[str, dict[str, str]] = {
    "us_bank_account": {
        "pm_usBankAccount_success": "US bank account 6789: pays after some days",
        "pm_usBankAccount_insufficientFunds": "US bank account: fails after some days, insufficient funds",
    },
    "sepa_debit": {
        "pm_sepaDebit_success_de": "SEPA account: pays after some days",
        "pm_sepaDebit_failed_de": "SEPA account: fails after some days",
    },
}
