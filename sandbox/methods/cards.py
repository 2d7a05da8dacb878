"""Stripe's named test cards: what each looks like and what happens when it is charged.

Numbers, tokens and behaviours are those of Stripe's page on testing; `pm_card_sandbox_*` are our own.
"""

import calendar
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sandbox.jsons import Json
from sandbox.methods.declines import (
    BLOCKED,
    DO_NOT_HONOR,
    EXPIRED,
    FRAUD,
    GENERIC,
    LOST,
    NO_FUNDS,
    PROCESSING,
    STOLEN,
    VELOCITY,
    WRONG_CVC,
    WRONG_ZIP,
    Decline,
)

ALWAYS, UNLESS_SET_UP, ON_SESSION, OPTIONAL = "always", "unless_set_up", "on_session", "optional"


@dataclass(frozen=True)
class Card:
    """`attaches`: can be saved to a customer. `decline`: met by every charge after the first `free_charges`.
    `authenticates`: when a payment asks for authentication (None, `always`, `unless_set_up`, `on_session`,
    `optional`: where the payment asks for it).
    `dispute`: why a charge is disputed at once; `refund`: how refunds go (`pending` or `failed` at last).
    `bypass`: money is available at once. `warned`: the bank reports fraud. `renewed`: the bank
    replaces an expired card. `checks`: the outcome of (line 1, postal code, CVC)."""

    brand: str
    number: str
    decline: Decline | None = None
    attaches: bool = True
    authenticates: str | None = None
    free_charges: int = 0
    funding: str = "credit"
    country: str = "US"
    dispute: str | None = None
    refund: str | None = None
    bypass: bool = False
    warned: bool = False
    renewed: bool = False
    risk: str = "normal"
    checks: tuple[str | None, str | None, str | None] = (None, None, "pass")

    @property
    def last4(self) -> str:
        return self.number[-4:]


def _visa(number: str, **fields: object) -> Card:
    return replace(Card("visa", number), **fields)  # type: ignore[arg-type]


def _refused(number: str, decline: Decline) -> Card:
    return Card("visa", number, decline, attaches=False)


_BRANDS: dict[str, Card] = {
    "visa": _visa("4242424242424242"),
    "visa_debit": _visa("4000056655665556", funding="debit"),
    "mastercard": Card("mastercard", "5555555555554444"),
    "mastercard_debit": Card("mastercard", "5200828282828210", funding="debit"),
    "mastercard_prepaid": Card("mastercard", "5105105105105100", funding="prepaid"),
    "amex": Card("amex", "378282246310005"),
    "discover": Card("discover", "6011111111111117"),
    "diners": Card("diners", "3056930009020004"),
    "jcb": Card("jcb", "3566002020360505", country="JP"),
    "unionpay": Card("unionpay", "6200000000000005", country="CN"),
    "visa_cartesBancaires": _visa("4000002500001001", country="FR"),
    "mastercard_cartesBancaires": Card("mastercard", "5555552500001001", country="FR"),
    "visa_debit_eftposAuCoBranded": _visa("4000050360000001", country="AU", funding="debit"),
    "mastercard_debit_eftposAuCoBranded": Card("mastercard", "5555050360000080", country="AU", funding="debit"),
    "debit_visaFsaProductCode": _visa("4000051230000072", funding="debit"),
    "debit_visaHsaProductCode": _visa("4000051230000072", funding="debit"),
    "mastercard_debit_mastercardFsaProductCode": Card("mastercard", "5200828282828897", funding="debit"),
    "gb_debit": _visa("4000058260000005", country="GB", funding="debit"),
    "gb_mastercard": Card("mastercard", "5555558265554449", country="GB"),
    "ae_mastercard": Card("mastercard", "5200007840000022", country="AE"),
    "th_credit": _visa("4000007640000003", country="TH"),
    "th_debit": _visa("4000057640000008", country="TH", funding="debit"),
}
_COUNTRIES = (
    "us4242424242424242 ar4000000320000021 br4000000760000002 ca4000001240000000 cl4000001520000001"
    " co4000001700000003 cr4000001880000005 ec4000002180000000 mx4000004840008001 pa4000005910000000"
    " py4000006000000066 pe4000006040000068 uy4000008580000003 ae4000007840000001 at4000000400000008"
    " be4000000560000004 bg4000001000000000 by4000001120000005 hr4000001910000009 cy4000001960000008"
    " cz4000002030000002 dk4000002080000001 ee4000002330000009 fi4000002460000001 fr4000002500000003"
    " de4000002760000016 gi4000002920000005 gr4000003000000030 hu4000003480000005 ie4000003720000005"
    " it4000003800000008 lv4000004280000005 li4000004380000004 lt4000004400000000 lu4000004420000006"
    " mt4000004700000007 nl4000005280000002 no4000005780000007 pl4000006160000005 pt4000006200000007"
    " ro4000006420000001 si4000007050000006 sk4000007030000001 es4000007240000007 se4000007520000008"
    " ch4000007560000009 gb4000008260000000 au4000000360000006 cn4000001560000002 hk4000003440000004"
    " in4000003560000008 jp4000003920000003 my4000004580000002 nz4000005540000008 sg4000007020000003"
    " tw4000001580000008"
).split()
_DECLINES: dict[str, Card] = {
    "chargeDeclined": _refused("4000000000000002", GENERIC),
    "chargeDeclinedInsufficientFunds": _refused("4000000000009995", NO_FUNDS),
    "chargeDeclinedLostCard": _refused("4000000000009987", LOST),
    "chargeDeclinedStolenCard": _refused("4000000000009979", STOLEN),
    "chargeDeclinedFraudulent": _refused("4100000000000019", FRAUD),
    "chargeDeclinedExpiredCard": _refused("4000000000000069", EXPIRED),
    "chargeDeclinedIncorrectCvc": _refused("4000000000000127", WRONG_CVC),
    "chargeDeclinedIncorrectZip": _refused("4000000000000036", WRONG_ZIP),
    "chargeDeclinedProcessingError": _refused("4000000000000119", PROCESSING),
    "chargeDeclinedVelocityLimitExceeded": _refused("4000000000006975", VELOCITY),
}
_BEHAVIOURS: dict[str, Card] = {
    "chargeCustomerFail": _visa("4000000000000341", decline=GENERIC),
    "visa_chargeCustomerFail": _visa("4000000000000341", decline=GENERIC),
    "visa_chargeCustomerFailLostCard": _visa("4000000000000341", decline=LOST),
    "visa_chargeCustomerFailStolenCard": _visa("4000000000000341", decline=STOLEN),
    "authenticationRequired": _visa("4000002760003184", authenticates=ALWAYS, country="DE"),
    "authenticationRequiredOnSetup": _visa("4000002500003155", authenticates=UNLESS_SET_UP, country="FR"),
    "authenticationRequiredSetupForOffSession": _visa("4000003800000446", authenticates=ON_SESSION, country="IT"),
    "authenticationRequiredChargeDeclinedInsufficientFunds": _visa(
        "4000008260003178", authenticates=ALWAYS, country="GB", decline=NO_FUNDS
    ),
    "threeDSecure2Required": _visa("4000000000003220", authenticates=ALWAYS, country="IE"),
    "threeDSecureRequired": _visa("4000000000003220", authenticates=ALWAYS, country="IE"),
    "threeDSecureRequiredChargeDeclined": _visa("4000008400001629", authenticates=ALWAYS, decline=GENERIC),
    "threeDSecureRequiredProcessingError": _visa("4000008400001280", decline=PROCESSING),
    "threeDSecureOptional": _visa("4000000000003055", authenticates=OPTIONAL),
    "threeDSecureOptionalProcessingError": _visa("4000000000003097"),
    "amex_threeDSecureNotSupported": Card("amex", "378282246310005"),
    "radarBlock": _visa("4100000000000019", decline=BLOCKED, attaches=False, risk="highest"),
    "riskLevelHighest": _visa("4000000000004954", decline=BLOCKED, risk="highest"),
    "riskLevelElevated": _visa("4000000000009235", risk="elevated"),
    "cvcCheckFail": _visa("4000000000000101", decline=WRONG_CVC, attaches=False, checks=(None, None, "fail")),
    "avsZipFail": _visa("4000000000000036", checks=("pass", "fail", "pass")),
    "avsLine1Fail": _visa("4000000000000028", checks=("fail", "pass", "pass")),
    "avsFail": _visa("4000000000000010", checks=("fail", "fail", "pass")),
    "avsUnchecked": _visa("4000000000000044", checks=("unavailable", "unavailable", "pass")),
    "createDispute": _visa("4000000000000259", dispute="fraudulent"),
    "createDisputeProductNotReceived": _visa("4000000000002685", dispute="product_not_received"),
    "createDisputeInquiry": _visa("4000000000001976", dispute="inquiry"),
    "createIssuerFraudRecord": _visa("4000000000005423", warned=True),
    "pendingRefund": _visa("4000000000007726", refund="pending"),
    "refundFail": _visa("4000000000005126", refund="failed"),
    "bypassPending": _visa("4000000000000077", bypass=True),
    "bypassPendingInternational": _visa("4000003720000278", bypass=True, country="IE"),
}
_OURS: dict[str, Card] = {
    "failsOnRenewal": _visa("4000000000017001", decline=GENERIC, free_charges=1),
    "insufficientFundsOnRenewal": _visa("4000000000017002", decline=NO_FUNDS, free_charges=1),
    "expiresOnRenewal": _visa("4000000000017003", decline=EXPIRED, free_charges=1),
    "insufficientFunds": _visa("4000000000017004", decline=NO_FUNDS),
    "lostOnRenewal": _visa("4000000000017005", decline=LOST, free_charges=1),
    "doNotHonorOnRenewal": _visa("4000000000017006", decline=DO_NOT_HONOR, free_charges=1),
    "failsOnSecondRenewal": _visa("4000000000017007", decline=GENERIC, free_charges=2),
    "renewedByBank": _visa("4000000000017008", renewed=True),
}
"""Cards that attach, then decline from the first, the second or the third charge on."""

CARDS: dict[str, Card] = {
    **{f"pm_card_{name}": card for name, card in {**_BRANDS, **_DECLINES, **_BEHAVIOURS}.items()},
    **{f"pm_card_visa_{name}": card for name, card in _DECLINES.items()},
    **{f"pm_card_{code[:2]}": _visa(code[2:], country=code[:2].upper()) for code in _COUNTRIES},
    **{f"pm_card_sandbox_{name}": card for name, card in _OURS.items()},
}
_MORE_NUMBERS = {
    "2223003122003222": "pm_card_mastercard",
    "371449635398431": "pm_card_amex",
    "6011000990139424": "pm_card_discover",
    "36227206271667": "pm_card_diners",
    "3530111333300000": "pm_card_jcb",
    "6200000000000047": "pm_card_unionpay",
    "6205500000000000004": "pm_card_unionpay",
}
_OWNERS: dict[str, str] = {}
for _token, _card in CARDS.items():
    _OWNERS.setdefault(_card.number, _token)
NUMBERS: dict[str, str] = {**_OWNERS, **_MORE_NUMBERS, "4000000000000036": "pm_card_avsZipFail"}
"""Test number -> the token that behaves as it."""


def card_of(method: Json) -> Card:
    return CARDS[method["_"]["token"]]


def decline_of(method: Json, now: int) -> Decline | None:
    """What a charge of a stored card at `now` meets; None when it goes through. A card is good until the last second
    (UTC) of the month that it names."""
    card = card_of(method)
    if has_expired(method["card"], now):
        return EXPIRED
    return None if method["_"]["charges"] < card.free_charges else card.decline


def has_expired(card: Json, now: int) -> bool:
    year, month = card["exp_year"], card["exp_month"]
    last_day = calendar.monthrange(year, month)[1]
    return now > int(datetime(year, month, last_day, 23, 59, 59, tzinfo=UTC).timestamp())
