"""A person with a browser on the sandbox's own pages: pays, fails, authenticates, cancels, changes a plan.

Pictures of every page, light and dark, wide and narrow, are in var/screenshots/sandbox; somebody has to look at them.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import stripe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.screenshots import FLAGS, UNNAMED, browser_path
from tests.sandbox.running import running_sandbox
from tests.sandbox.scenes import START, Account, items_of

FOLDER = Path("var/screenshots/sandbox")
WIDTHS = {1280: 900, 390: 844}
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not browser_path(), reason="there is no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=browser_path() or None, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_sandbox(clock=START) as found:
        yield found


@pytest.fixture
def account(url: str) -> Account:
    made = Account.at(url)
    made.control("reset", {"clock": START})
    return made


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=request.param)
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    yield opened
    context.close()


def checkout(account: Account, **fields: object) -> stripe.checkout.Session:
    """A subscription of two seats; success and cancellation lead to places of the sandbox itself."""
    return account.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "line_items": [{"price": account.price(2900).id, "quantity": 2}],
            "success_url": account.url + "/_sandbox/health?bought={CHECKOUT_SESSION_ID}",
            "cancel_url": account.url + "/_sandbox/health?bought=nothing",
            **fields,
        }  # type: ignore[arg-type]
    )


def pay(page: Page, card: str) -> None:
    if page.get_by_label("E-mail").is_editable():
        page.get_by_label("E-mail").fill("jo@example.com")
    page.get_by_label("Test card", exact=True).select_option(card)
    page.get_by_role("button", name=re.compile("pay")).click()


def fresh(account: Account, session: stripe.checkout.Session) -> stripe.checkout.Session:
    return account.v1.checkout.sessions.retrieve(session.id)


def test_a_declined_card_stays_and_the_next_one_pays(account: Account, page: Page) -> None:
    session = checkout(account)
    page.goto(str(session.url))
    pay(page, "pm_card_visa_chargeDeclined")
    expect(page.get_by_role("alert")).to_have_text("Your card was declined.")
    assert fresh(account, session).status == "open"
    pay(page, "pm_card_visa")
    page.wait_for_url(f"**/_sandbox/health?bought={session.id}")
    assert fresh(account, session).payment_status == "paid"


def test_the_bank_asks_for_authentication(account: Account, page: Page) -> None:
    session = checkout(account)
    page.goto(str(session.url))
    pay(page, "pm_card_threeDSecure2Required")
    page.get_by_role("button", name="Fail authentication").click()
    expect(page.get_by_role("alert")).to_contain_text("unable to authenticate")
    pay(page, "pm_card_threeDSecure2Required")
    expect(page.get_by_role("heading", level=1)).to_have_text("3-D Secure authentication")
    page.get_by_role("button", name="Complete authentication").click()
    page.wait_for_url(f"**/_sandbox/health?bought={session.id}")
    assert fresh(account, session).status == "complete"


def test_leaving_keeps_the_session_open(account: Account, page: Page) -> None:
    session = checkout(account)
    page.goto(str(session.url))
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url("**/_sandbox/health?bought=nothing")
    assert fresh(account, session).status == "open"


def test_an_expired_session_says_so(account: Account, page: Page) -> None:
    session = checkout(account)
    page.goto(str(session.url))
    account.advance(86_400)
    pay(page, "pm_card_visa")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page has expired")
    assert account.v1.subscriptions.list({"status": "all"}).data == []


def portal(account: Account) -> tuple[stripe.Subscription, str, str]:
    """(subscription, id of a better price, address of the portal)."""
    basic, better = account.price(2900, product=account.product("Basic").id), account.price(9900)
    subscription = account.subscribe(basic)
    products = [{"product": str(price.product), "prices": [price.id]} for price in (basic, better)]
    update = {"enabled": True, "default_allowed_updates": ["price"], "products": products}
    reasons = {"enabled": True, "options": ["unused", "other"]}
    made = account.v1.billing_portal.configurations.create(
        {
            "features": {
                "customer_update": {"enabled": True, "allowed_updates": ["email", "address"]},
                "invoice_history": {"enabled": True},
                "payment_method_update": {"enabled": True},
                "subscription_cancel": {"enabled": True, "cancellation_reason": reasons},
                "subscription_update": {**update, "proration_behavior": "always_invoice"},
            }
        }  # type: ignore[arg-type]
    )
    customer = str(subscription.customer)
    session = account.v1.billing_portal.sessions.create({"customer": customer, "configuration": made.id})
    return subscription, better.id, session.url


def test_a_plan_is_changed_in_the_portal(account: Account, page: Page) -> None:
    subscription, better, address = portal(account)
    page.goto(address)
    page.get_by_role("link", name="Change plan").click()
    page.get_by_label("Starter").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Due today")).to_be_visible()
    page.get_by_role("button", name="Confirm change").click()
    expect(page.get_by_role("status")).to_have_text("Your plan was changed.")
    assert items_of(account.subscription(subscription))[0].price.id == better


def test_a_subscription_is_canceled_and_kept_in_the_portal(account: Account, page: Page) -> None:
    subscription, _, address = portal(account)
    page.goto(address)
    page.get_by_role("link", name="Cancel subscription").click()
    page.get_by_label("I no longer need it").check()
    page.get_by_role("button", name="Cancel subscription").click()
    expect(page.get_by_text("Ends on 15 February 2024.")).to_be_visible()
    assert account.subscription(subscription).cancel_at_period_end
    page.get_by_role("button", name="Don't cancel").click()
    expect(page.get_by_role("status")).to_have_text("Your subscription will go on.")
    assert not account.subscription(subscription).cancel_at_period_end


def test_a_card_is_added_and_the_old_one_removed_in_the_portal(account: Account, page: Page) -> None:
    subscription, _, address = portal(account)
    page.goto(address)
    page.get_by_role("link", name="Add payment method").click()
    page.get_by_label("Or a test card number").fill("5555 5555 5555 4444")
    page.get_by_role("button", name="Add payment method").click()
    page.get_by_role("button", name="Remove: Visa •••• 4242").click()
    expect(page.get_by_role("status")).to_have_text("Your payment method was removed.")
    [left] = account.v1.customers.payment_methods.list(str(subscription.customer)).data
    assert left.card is not None
    assert left.card.last4 == "4444"


def test_an_invoice_is_paid_on_its_page(account: Account, page: Page) -> None:
    customer = account.customer(None).id
    made = account.v1.invoices.create({"customer": customer})
    account.v1.invoice_items.create({"customer": customer, "invoice": made.id, "amount": 900, "currency": "usd"})
    finalized = account.v1.invoices.finalize_invoice(made.id)
    page.goto(str(finalized.hosted_invoice_url))
    page.get_by_role("button", name="Pay $9.00").click()
    expect(page.get_by_text("Paid", exact=True)).to_be_visible()
    assert account.v1.invoices.retrieve(made.id).status == "paid"


def test_every_page_fits_and_has_names_in_light_and_dark(account: Account, browser: Browser) -> None:
    subscription, better, home = portal(account)
    waiting = account.v1.payment_intents.create(
        {"amount": 500, "currency": "usd", "payment_method": "pm_card_threeDSecure2Required", "confirm": True}
    )
    addresses = {
        "checkout": str(checkout(account, consent_collection={"terms_of_service": "required"}).url),
        "portal": home,
        "change": f"{home}/change/{subscription.id}",
        "confirm": f"{home}/change/{subscription.id}?price={better}",
        "cancel": f"{home}/cancel/{subscription.id}",
        "methods": f"{home}/methods",
        "details": f"{home}/details",
        "invoice": f"{account.url}/i/{subscription.latest_invoice}",
        "authenticate": f"{account.url}/authenticate/{waiting.id}",
        "missing": f"{account.url}/i/in_none",
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    for theme in ("light", "dark"):
        for width, height in WIDTHS.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme="dark" if theme == "dark" else "light"
            )
            page = context.new_page()
            for name, address in addresses.items():
                page.goto(address)
                page.screenshot(path=FOLDER / f"{name}-{theme}-{width}.png", full_page=True)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, theme, width)
                assert page.locator("h1").count() == 1, name
                assert page.evaluate(UNNAMED) == [], name
            context.close()
