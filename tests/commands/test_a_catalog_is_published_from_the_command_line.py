"""`stripe_setup`: what was made, then a line for the environment of each price that is on sale."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from billing.models import Plan, Price, StripeCommand
from tests.commands.running import run
from tests.factories import PlanFactory, PriceFactory
from tests.services.scenes import at_stripe, break_next

pytestmark = pytest.mark.django_db

CATALOG = """
currencies = ["usd"]
[[plans]]
code = "pro-team"
name = "Pro Team ü"
month = 900
year = 9000
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "catalog.toml"
    path.write_text(CATALOG, encoding="utf-8")
    return str(path)


def variables(printed: str) -> dict[str, str]:
    return dict(line.split("=") for line in printed.splitlines() if line.startswith("STRIPE_"))


def test_it_makes_the_file_and_prints_the_ids(sandbox: str, file: str) -> None:
    printed = run("stripe_setup", "--catalog", file)
    monthly, yearly = (Price.objects.get(interval=interval) for interval in ("month", "year"))
    assert printed.splitlines()[:3] == [
        f"made product {Plan.objects.get().stripe_product_id} pro-team",
        f"made price {monthly.stripe_id} pro-team month usd",
        f"made price {yearly.stripe_id} pro-team year usd",
    ]
    assert variables(printed) == {
        "STRIPE_PRO_TEAM_MONTHLY_PRICE_ID_USD": monthly.stripe_id,
        "STRIPE_PRO_TEAM_ANNUAL_PRICE_ID_USD": yearly.stripe_id,
    }
    assert Plan.objects.get().name == "Pro Team ü"


def test_the_second_time_it_prints_the_same_ids_and_makes_nothing(sandbox: str, file: str) -> None:
    first = run("stripe_setup", "--catalog", file)
    second = run("stripe_setup", "--catalog", file)
    assert "made" not in second
    assert variables(second) == variables(first)
    assert len(at_stripe(sandbox, "prices")) == 2


def test_without_a_file_the_shipped_catalog_is_made(sandbox: str) -> None:
    names = set(variables(run("stripe_setup")))
    assert {"STRIPE_STARTER_MONTHLY_PRICE_ID_USD", "STRIPE_PROFESSIONAL_ANNUAL_PRICE_ID_EUR"} <= names
    assert "STRIPE_STARTER_ANNUAL_PRICE_ID_USD" not in names


@pytest.mark.parametrize(
    "fields", [{"interval": "week"}, {"interval": "day"}, {"interval_count": 3}, {"active": False}, {"interval": ""}]
)
def test_what_is_neither_monthly_nor_annual_is_not_called_so(
    sandbox: str, file: str, fields: dict[str, object]
) -> None:
    PriceFactory(plan=PlanFactory(code="old"), **fields)
    assert not [name for name in variables(run("stripe_setup", "--catalog", file)) if "OLD" in name]


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        ("", "at least one currency"),
        ("currencies = [", "Not TOML"),
        ('currencies = ["usd"]\n[[plans]]\ncode = "a"\n', "a price per month or year"),
        ('currencies = ["usd"]\n[[plans]]\ncode = "a"\nmonth = 9.5\n', "whole minor units"),
        ('currencies = ["usd"]\n[[plans]]\ncode = "a"\nmonth = 9\nfeatures = ["x"]\n', "unknown features x"),
    ],
)
def test_a_bad_file_is_told_and_nothing_is_made(tmp_path: Path, content: str, detail: str) -> None:
    path = tmp_path / "catalog.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=detail):
        run("stripe_setup", "--catalog", str(path))
    assert not StripeCommand.objects.exists()


def test_so_is_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run("stripe_setup", "--catalog", str(tmp_path / "nowhere.toml"))
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError, match="UTF-8"):
        run("stripe_setup", "--catalog", str(tmp_path / "binary.toml"))


def test_a_silent_stripe_is_one_sentence_and_the_next_run_goes_on(sandbox: str, file: str) -> None:
    break_next(sandbox, "POST /v1/prices", "error_429")
    with pytest.raises(CommandError, match="Run it again"):
        run("stripe_setup", "--catalog", file)
    run("stripe_setup", "--catalog", file)
    assert len(at_stripe(sandbox, "prices")) == 2


def test_a_refusal_of_stripe_is_told_in_its_words(sandbox: str, file: str) -> None:
    run("stripe_setup", "--catalog", file)
    Price.objects.filter(interval="year").delete()  # ours alone: Stripe still has its look-up key
    with pytest.raises(CommandError, match="lookup key"):
        run("stripe_setup", "--catalog", file)
