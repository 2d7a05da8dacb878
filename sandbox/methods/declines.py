"""Why a payment is refused: Stripe's codes, decline codes and messages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decline:
    """What the error says. `outcome` is the type of the charge's outcome; `network` the code of the card network;
    `advice` what Stripe advises to do."""

    code: str
    decline_code: str | None
    message: str
    outcome: str = "issuer_declined"
    network: str | None = "01"
    advice: str = "try_again_later"

    @property
    def reason(self) -> str:
        return self.decline_code or self.code


def _by_issuer(decline_code: str, network: str, advice: str = "try_again_later", message: str | None = None) -> Decline:
    return Decline("card_declined", decline_code, message or "Your card was declined.", network=network, advice=advice)


FINAL = "do_not_try_again"
GENERIC = _by_issuer("generic_decline", "01")
NO_FUNDS = _by_issuer("insufficient_funds", "51", message="Your card has insufficient funds.")
LOST = _by_issuer("lost_card", "41", FINAL)
STOLEN = _by_issuer("stolen_card", "43", FINAL)
FRAUD = _by_issuer("fraudulent", "59", FINAL)
VELOCITY = _by_issuer(
    "card_velocity_exceeded",
    "65",
    message="Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
)
DO_NOT_HONOR = _by_issuer("do_not_honor", "05")
EXPIRED = Decline("expired_card", None, "Your card has expired.", network="54", advice=FINAL)
WRONG_CVC = Decline(
    "incorrect_cvc", None, "Your card's security code is incorrect.", network="N7", advice="confirm_card_data"
)
WRONG_ZIP = Decline(
    "incorrect_zip", None, "The zip code you supplied failed validation.", network=None, advice="confirm_card_data"
)
PROCESSING = Decline(
    "processing_error", None, "An error occurred while processing your card. Try again in a little bit.", network="96"
)
UNAUTHENTICATED = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    network="1A",
)
BLOCKED = Decline(
    "card_declined", "fraudulent", "Your card was declined.", outcome="blocked", network=None, advice=FINAL
)

ACCOUNT_CLOSED = Decline("account_closed", None, "The bank account has been closed.", network="R02")
NO_ACCOUNT = Decline("no_account", None, "The bank account could not be located.", network="R03")
DEBIT_NO_FUNDS = Decline(
    "insufficient_funds", None, "The customer's account has insufficient funds to cover this payment.", network="R01"
)
NOT_AUTHORIZED = Decline(
    "debit_not_authorized",
    None,
    "The customer has notified their bank that this payment was unauthorized.",
    network="R10",
)
INVALID_CURRENCY = Decline("invalid_currency", None, "The bank account does not accept this currency.", network=None)
DEBIT_FAILED = Decline("generic_could_not_process", None, "The bank could not process this payment.", network=None)
CALLED_BACK = Decline("payment_canceled", None, "The payment was canceled before the bank answered.", network=None)
OVER_SOURCE_LIMIT = Decline(
    "charge_exceeds_source_limit", None, "This payment exceeds the limit of the bank account.", network=None
)
OVER_WEEKLY_LIMIT = Decline(
    "charge_exceeds_weekly_limit", None, "This payment exceeds the weekly limit of the bank account.", network=None
)

HARD = frozenset(
    "incorrect_number lost_card pickup_card stolen_card revocation_of_authorization revocation_of_all_authorizations"
    " authentication_required highest_risk_level transaction_not_allowed".split()
)
"""Decline codes after which Stripe does not charge the same method again (Smart Retries, hard decline codes)."""
