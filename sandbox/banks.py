"""Stripe's test bank accounts: US bank accounts (ACH Direct Debit) and IBANs (SEPA Direct Debit)."""

from dataclasses import dataclass

from sandbox.declines import (
    ACCOUNT_CLOSED,
    DEBIT_FAILED,
    DEBIT_NO_FUNDS,
    INVALID_CURRENCY,
    NO_ACCOUNT,
    NOT_AUTHORIZED,
    OVER_SOURCE_LIMIT,
    OVER_WEEKLY_LIMIT,
    Decline,
)
from sandbox.jsons import Json


@dataclass(frozen=True)
class Bank:
    """A bank account. `decline`: how every debit ends; `slowness`: how many times as long as usual it takes (0: it
    stays in processing); `disputed`: the debit succeeds and is then called back."""

    kind: str
    number: str
    decline: Decline | None = None
    slowness: int = 1
    disputed: bool = False
    routing: str | None = None

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def country(self) -> str:
        return self.number[:2] if self.kind == "sepa_debit" else "US"


US_ROUTING = "110000000"


def _ach(number: str, decline: Decline | None = None, slowness: int = 1, disputed: bool = False) -> Bank:
    return Bank("us_bank_account", number, decline, slowness, disputed, US_ROUTING)


_US: dict[str, Bank] = {
    "success": _ach("000123456789"),
    "accountClosed": _ach("000111111113", ACCOUNT_CLOSED),
    "noAccount": _ach("000111111116", NO_ACCOUNT),
    "insufficientFunds": _ach("000222222227", DEBIT_NO_FUNDS),
    "debitNotAuthorized": _ach("000333333335", NOT_AUTHORIZED),
    "invalidCurrency": _ach("000444444440", INVALID_CURRENCY),
    "dispute": _ach("000555555559", disputed=True),
    "processing": _ach("000000000009", slowness=0),
    "weeklyLimitExceeded": _ach("000777777771", OVER_WEEKLY_LIMIT),
}
_SCENARIOS = (
    "success successDelayed failed failedDelayed disputed exceedsWeeklyVolumeLimit exceedsWeeklyTransactionLimit"
    " insufficientFunds"
).split()
_IBANS: dict[str, str] = {
    "at": "AT611904300234573201 AT321904300235473204 AT861904300235473202 AT051904300235473205 AT591904300235473203"
    " AT981904300000343434 AT601904300000121212 AT981904300002222227",
    "be": "BE62510007547061 BE78510007547064 BE68539007547034 BE51510007547065 BE08510007547063 BE90510000343434"
    " BE52510000121212 BE90510002222227",
    "hr": "HR7624020064583467589 HR6323600002337876649 HR2725000096983499248 HR6723600004878117427"
    " HR8724840081455523553 HR7424020060000343434 HR3624020060000121212 HR7424020060002222227",
    "ee": "EE382200221020145685 EE222200221020145682 EE762200221020145680 EE922200221020145683 EE492200221020145681"
    " EE672200000000343434 EE292200000000121212 EE672200000002222227",
    "fi": "FI2112345600000785 FI3712345600000788 FI9112345600000786 FI1012345600000789 FI6412345600000787"
    " FI6712345600343434 FI2912345600121212 FI6712345602222227",
    "fr": "FR1420041010050500013M02606 FR3020041010050500013M02609 FR8420041010050500013M02607"
    " FR7920041010050500013M02600 FR5720041010050500013M02608 FR9720041010050000000343434"
    " FR5920041010050000000121212 FR9720041010050000002222227",
    "de": "DE89370400440532013000 DE08370400440532013003 DE62370400440532013001 DE78370400440532013004"
    " DE35370400440532013002 DE65370400440000343434 DE27370400440000121212 DE65370400440002222227",
    "ie": "IE29AIBK93115212345678 IE24AIBK93115212345671 IE02AIBK93115212345679 IE94AIBK93115212345672"
    " IE51AIBK93115212345670 IE10AIBK93115200343434 IE69AIBK93115200121212 IE10AIBK93115202222227",
}
_FATES: dict[str, tuple[Decline | None, int, bool]] = {
    "success": (None, 1, False),
    "successDelayed": (None, 2, False),
    "failed": (DEBIT_FAILED, 1, False),
    "failedDelayed": (DEBIT_FAILED, 2, False),
    "disputed": (None, 1, True),
    "exceedsWeeklyVolumeLimit": (OVER_SOURCE_LIMIT, 1, False),
    "exceedsWeeklyTransactionLimit": (OVER_WEEKLY_LIMIT, 1, False),
    "insufficientFunds": (DEBIT_NO_FUNDS, 1, False),
}
UNSUPPORTED: dict[str, str] = {
    **dict.fromkeys(
        "AT271904300000055555 BE19510000055555 DE91370400440000055555 FR2620041010050000000055555"
        " IE36AIBK93115200055555".split(),
        "sepa_debit_bank_not_supported",
    ),
    **dict.fromkeys(
        "AT511904300000066666 BE43510000066666 DE18370400440000066666 FR5020041010050000000066666"
        " IE60AIBK93115200066666".split(),
        "sepa_debit_debits_not_supported",
    ),
}
"""IBANs that no payment method can be made of, with the error code that says why."""


def _sepa() -> dict[str, Bank]:
    made = {}
    for country, numbers in _IBANS.items():
        for scenario, number in zip(_SCENARIOS, numbers.split(), strict=True):
            made[f"pm_sepaDebit_{scenario}_{country}"] = Bank("sepa_debit", number, *_FATES[scenario])
    return made


BANKS: dict[str, Bank] = {**{f"pm_usBankAccount_{name}": bank for name, bank in _US.items()}, **_sepa()}
ACCOUNTS: dict[str, str] = {bank.number: token for token, bank in BANKS.items()}
"""Account number or IBAN -> the token that behaves as it."""


def bank_of(method: Json) -> Bank:
    return BANKS[method["_"]["token"]]
