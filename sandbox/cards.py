"""Stripe's named test cards: what each looks like and what happens when it is charged."""

from dataclasses import dataclass

from sandbox.jsons import Json


@dataclass(frozen=True)
class Decline:
    """Why an issuer refuses: Stripe's code, decline code and message."""

    code: str
    decline_code: str | None
    message: str


GENERIC = Decline("card_declined", "generic_decline", "Your card was declined.")
NO_FUNDS = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
LOST = Decline("card_declined", "lost_card", "Your card was declined.")
STOLEN = Decline("card_declined", "stolen_card", "Your card was declined.")
FRAUD = Decline("card_declined", "fraudulent", "Your card was declined.")
EXPIRED = Decline("expired_card", None, "Your card has expired.")
WRONG_CVC = Decline("incorrect_cvc", None, "Your card's security code is incorrect.")
PROCESSING = Decline("processing_error", None, "An error occurred while processing your card. Try again later.")
UNAUTHENTICATED = Decline(
    "authentication_required", "authentication_required", "Your card was declined. It requires authentication."
)


@dataclass(frozen=True)
class Card:
    """`attaches`: can be saved to a customer. `decline`: met by every charge after the first `free_charges`."""

    brand: str
    last4: str
    decline: Decline | None = None
    attaches: bool = True
    authenticates: bool = False
    free_charges: int = 0
    funding: str = "credit"


def _refused(last4: str, decline: Decline) -> Card:
    return Card("visa", last4, decline, attaches=False)


CARDS: dict[str, Card] = {
    "pm_card_visa": Card("visa", "4242"),
    "pm_card_visa_debit": Card("visa", "5556", funding="debit"),
    "pm_card_mastercard": Card("mastercard", "4444"),
    "pm_card_mastercard_debit": Card("mastercard", "8210", funding="debit"),
    "pm_card_mastercard_prepaid": Card("mastercard", "5100", funding="prepaid"),
    "pm_card_amex": Card("amex", "8431"),
    "pm_card_discover": Card("discover", "9424"),
    "pm_card_diners": Card("diners", "0004"),
    "pm_card_jcb": Card("jcb", "0505"),
    "pm_card_unionpay": Card("unionpay", "0005"),
    "pm_card_chargeDeclined": _refused("0002", GENERIC),
    "pm_card_visa_chargeDeclined": _refused("0002", GENERIC),
    "pm_card_visa_chargeDeclinedInsufficientFunds": _refused("9995", NO_FUNDS),
    "pm_card_chargeDeclinedInsufficientFunds": _refused("9995", NO_FUNDS),
    "pm_card_visa_chargeDeclinedLostCard": _refused("9987", LOST),
    "pm_card_visa_chargeDeclinedStolenCard": _refused("9979", STOLEN),
    "pm_card_chargeDeclinedFraudulent": _refused("0019", FRAUD),
    "pm_card_chargeDeclinedExpiredCard": _refused("0069", EXPIRED),
    "pm_card_visa_chargeDeclinedExpiredCard": _refused("0069", EXPIRED),
    "pm_card_chargeDeclinedIncorrectCvc": _refused("0127", WRONG_CVC),
    "pm_card_chargeDeclinedProcessingError": _refused("0119", PROCESSING),
    "pm_card_chargeCustomerFail": Card("visa", "0341", GENERIC),
    "pm_card_authenticationRequired": Card("visa", "3184", authenticates=True),
    "pm_card_threeDSecure2Required": Card("visa", "3220", authenticates=True),
    "pm_card_sandbox_failsOnRenewal": Card("visa", "7001", GENERIC, free_charges=1),
    "pm_card_sandbox_insufficientFundsOnRenewal": Card("visa", "7002", NO_FUNDS, free_charges=1),
    "pm_card_sandbox_expiresOnRenewal": Card("visa", "7003", EXPIRED, free_charges=1),
    "pm_card_sandbox_insufficientFunds": Card("visa", "7004", NO_FUNDS),
}
"""`pm_card_sandbox_*` are our own: cards that attach, then decline from the first or from the second charge on."""


def card_of(method: Json) -> Card:
    return CARDS[method["_"]["token"]]


def decline_of(method: Json) -> Decline | None:
    """What the next charge of a stored payment method meets; None when it goes through."""
    card = card_of(method)
    return None if method["_"]["charges"] < card.free_charges else card.decline
