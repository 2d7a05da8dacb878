"""Exchange rates, fixed so that the same requests give the same state: the worth of one unit in US dollars."""

from decimal import ROUND_HALF_UP, Decimal

from sandbox.money.money import places

_USD: dict[str, str] = {
    "usd": "1", "eur": "1.08", "gbp": "1.27", "chf": "1.13", "jpy": "0.0067", "cad": "0.74", "aud": "0.66",
    "nzd": "0.61", "sek": "0.096", "nok": "0.094", "dkk": "0.145", "pln": "0.25", "czk": "0.043", "huf": "0.0028",
    "ron": "0.217", "bgn": "0.552", "brl": "0.2", "mxn": "0.058", "inr": "0.012", "sgd": "0.74", "hkd": "0.128",
    "cny": "0.139", "krw": "0.00075", "thb": "0.028", "myr": "0.213", "php": "0.0178", "idr": "0.000064",
    "vnd": "0.00004", "twd": "0.0317", "zar": "0.053", "try": "0.031", "ils": "0.27", "aed": "0.2723",
    "sar": "0.2667", "kwd": "3.25", "bhd": "2.65", "jod": "1.41", "omr": "2.6", "tnd": "0.32", "clp": "0.00105",
    "cop": "0.000255", "ars": "0.0012",
}  # fmt: skip
"""A currency that is not named here counts one to one."""


def rate(source: str, target: str) -> Decimal:
    """How much of `target` one unit of `source` is worth, to six places."""
    exact = Decimal(_USD.get(source, "1")) / Decimal(_USD.get(target, "1"))
    return exact.quantize(Decimal("0.000001"), ROUND_HALF_UP)


def converted(amount: int, source: str, target: str) -> int:
    """Minor units of `source` as minor units of `target`, halves away from zero."""
    if source == target:
        return amount
    units = Decimal(amount).scaleb(places(target) - places(source)) * rate(source, target)
    return int(units.quantize(Decimal(1), ROUND_HALF_UP))
