"""Why a payment failed, in people's words, and what to do. The one table for admin, portal and mails.

Codes: https://docs.stripe.com/declines/codes. An unknown code reads like the bank's generic no.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decline:
    """`words`: what happened; `advice`: the next step."""

    words: str
    advice: str


OTHER_CARD = "Ask the customer for another card."
ASK_BANK = "The customer should ask the bank, or use another card."
TRY_LATER = "Try again later."

DECLINES: dict[str, Decline] = {
    "approve_with_id": Decline("The bank could not authorize it", TRY_LATER),
    "authentication_required": Decline("The bank wants the customer to confirm", "Send the customer the pay link."),
    "authentication_failure": Decline("The customer did not pass the bank's check", "Send the customer the pay link."),
    "call_issuer": Decline("The bank said no", ASK_BANK),
    "card_declined": Decline("The bank said no", ASK_BANK),
    "card_not_supported": Decline("The card does not allow this purchase", OTHER_CARD),
    "card_velocity_exceeded": Decline("The card's limit is used up", TRY_LATER),
    "currency_not_supported": Decline("The card does not take this currency", OTHER_CARD),
    "do_not_honor": Decline("The bank said no", ASK_BANK),
    "duplicate_transaction": Decline("The same amount was charged a moment ago", "Look for the other payment first."),
    "expired_card": Decline("The card has expired", OTHER_CARD),
    "fraudulent": Decline("The bank suspects fraud", "Do not tell the customer why; ask for another card."),
    "generic_decline": Decline("The bank said no", ASK_BANK),
    "incorrect_cvc": Decline("The security code is wrong", "Ask the customer to enter the card again."),
    "incorrect_number": Decline("The card number is wrong", "Ask the customer to enter the card again."),
    "insufficient_funds": Decline("Not enough funds", "Try again after payday, or ask for another card."),
    "invalid_account": Decline("The card's account is not valid", OTHER_CARD),
    "issuer_not_available": Decline("The bank could not be reached", TRY_LATER),
    "lost_card": Decline("The card was reported lost", OTHER_CARD),
    "no_action_taken": Decline("The bank said no", ASK_BANK),
    "pickup_card": Decline("The bank blocked the card", OTHER_CARD),
    "processing_error": Decline("An error at the bank", TRY_LATER),
    "reenter_transaction": Decline("The bank could not process it", TRY_LATER),
    "stolen_card": Decline("The card was reported stolen", OTHER_CARD),
    "transaction_not_allowed": Decline("The card does not allow this purchase", ASK_BANK),
    "try_again_later": Decline("The bank could not decide", TRY_LATER),
    "withdrawal_count_limit_exceeded": Decline("The card's limit is used up", TRY_LATER),
}


def decline(code: str) -> Decline:
    return DECLINES.get(code, DECLINES["generic_decline"])
