"""What customers do in the portal, and what its configuration keeps them from."""

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account, items_of, period_of
from tests.sandbox.visiting import look, send

BACK = "https://example.com/account"


class Scene:
    """A subscription to a basic plan, and a portal that offers a better one."""

    def __init__(self, account: Account, **update: object) -> None:
        self.account, self.v1 = account, account.v1
        self.basic, self.better = account.price(2900), account.price(9900)
        self.subscription = account.subscribe(self.basic)
        self.customer = str(self.subscription.customer)
        products = [{"product": str(price.product), "prices": [price.id]} for price in (self.basic, self.better)]
        features = {
            "customer_update": {"enabled": True, "allowed_updates": ["email", "address"]},
            "invoice_history": {"enabled": True},
            "payment_method_update": {"enabled": True},
            "subscription_cancel": {
                "enabled": True,
                "cancellation_reason": {"enabled": True, "options": ["unused", "other"]},
            },
            "subscription_update": {
                "enabled": True,
                "default_allowed_updates": ["price", "quantity"],
                "products": products,
                "proration_behavior": "always_invoice",
            },
        }
        for name, changes in update.items():
            features[name] = {**features[name], **changes}  # type: ignore[dict-item]
        self.configuration = self.v1.billing_portal.configurations.create({"features": features})  # type: ignore

    def session(self, **flow: object) -> stripe.billing_portal.Session:
        given: dict = {"customer": self.customer, "configuration": self.configuration.id, "return_url": BACK}
        return self.v1.billing_portal.sessions.create({**given, **({"flow_data": flow} if flow else {})})  # type: ignore

    def now(self) -> stripe.Subscription:
        return self.account.subscription(self.subscription)


def test_the_home_shows_plan_next_charge_card_and_invoices(account: Account) -> None:
    scene = Scene(account)
    seen = look(scene.session().url).text
    for words in ("Starter", "$29.00 per month", "Next charge: $29.00 on 15 February 2024", "Visa •••• 4242", BACK):
        assert words in seen
    [invoice] = account.invoices(scene.subscription)
    assert f'href="/i/{invoice.id}">{invoice.number}' in seen


def test_a_plan_is_changed_at_the_price_that_was_shown(account: Account) -> None:
    scene = Scene(account)
    account.advance(10 * DAY)
    page = f"{scene.session().url}/change/{scene.subscription.id}"
    assert scene.better.id in look(page).text
    preview = account.v1.invoices.create_preview(
        {
            "subscription": scene.subscription.id,
            "subscription_details": {
                "items": [{"id": items_of(scene.subscription)[0].id, "price": scene.better.id}],
                "proration_behavior": "always_invoice",
            },
        }
    )
    shown = look(f"{page}?price={scene.better.id}").text
    assert f"${preview.amount_due / 100:.2f}" in shown
    assert items_of(scene.now())[0].price.id == scene.basic.id
    assert send(page, price=scene.better.id).status == 303
    assert items_of(scene.now())[0].price.id == scene.better.id
    assert account.invoices(scene.subscription)[-1].amount_paid == preview.amount_due


def test_a_plan_that_is_not_offered_is_refused(account: Account) -> None:
    scene, other = Scene(account), account.price(1)
    page = f"{scene.session().url}/change/{scene.subscription.id}"
    for fields in ({"price": other.id}, {"price": scene.basic.id}, {"price": scene.better.id, "quantity": "0"}):
        assert send(page, **fields).status == 400
    assert items_of(scene.now())[0].price.id == scene.basic.id


def test_a_change_that_cannot_be_paid_changes_nothing(account: Account) -> None:
    scene = Scene(account)
    declining = account.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": scene.customer})
    settings = {"default_payment_method": declining.id}
    account.v1.customers.update(scene.customer, {"invoice_settings": settings})  # type: ignore[typeddict-item]
    seen = send(f"{scene.session().url}/change/{scene.subscription.id}", price=scene.better.id)
    assert seen.status == 402
    assert "Your card was declined." in seen.text
    assert items_of(scene.now())[0].price.id == scene.basic.id


def test_a_cheaper_plan_waits_for_the_periods_end_where_that_is_configured(account: Account) -> None:
    conditions = {"conditions": [{"type": "decreasing_item_amount"}]}
    scene = Scene(account, subscription_update={"schedule_at_period_end": conditions})
    home = scene.session().url
    page = f"{home}/change/{scene.subscription.id}"
    assert send(page, price=scene.better.id).to.endswith("done=plan")
    assert "Your plan changes on 15 February 2024" in look(f"{page}?price={scene.basic.id}").text
    assert send(page, price=scene.basic.id).to.endswith("done=planned")
    assert items_of(scene.now())[0].price.id == scene.better.id
    assert "Changes are planned." in look(home).text
    assert send(page, price=scene.basic.id).status == 400
    account.advance(32 * DAY)
    assert items_of(scene.now())[0].price.id == scene.basic.id
    assert account.invoices(scene.subscription)[-1].amount_paid == 2900


def test_a_promotion_code_comes_with_the_new_plan(account: Account) -> None:
    scene = Scene(account, subscription_update={"default_allowed_updates": ["price", "promotion_code"]})
    coupon = account.v1.coupons.create({"percent_off": 50, "duration": "once"})
    account.v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "HALF"})
    page = f"{scene.session().url}/change/{scene.subscription.id}"
    assert "This code is invalid." in look(f"{page}?price={scene.better.id}&code=NONE").text
    assert "$20.50" in look(f"{page}?price={scene.better.id}&code=half").text
    assert send(page, price=scene.better.id, code="half").status == 303
    assert account.invoices(scene.subscription)[-1].amount_paid == 2050


def test_canceling_at_the_periods_end_and_taking_it_back(account: Account) -> None:
    scene = Scene(account)
    session = scene.session()
    page = f"{session.url}/cancel/{scene.subscription.id}"
    assert "15 February 2024" in look(page).text
    assert send(page, action="cancel", feedback="unused", comment="Too big").status == 303
    ending = scene.now()
    assert (ending.cancel_at_period_end, ending.cancel_at) == (True, period_of(ending)[1])
    assert ending.cancellation_details is not None
    assert (ending.cancellation_details.feedback, ending.cancellation_details.comment) == ("unused", "Too big")
    assert "Ends on 15 February 2024" in look(session.url).text
    assert send(f"{session.url}/renew/{scene.subscription.id}").status == 303
    assert (scene.now().cancel_at_period_end, scene.now().cancel_at) == (False, None)


def test_canceling_at_once_as_configured(account: Account) -> None:
    cancel = {"mode": "immediately", "proration_behavior": "none"}
    scene = Scene(account, subscription_cancel=cancel)
    assert send(f"{scene.session().url}/cancel/{scene.subscription.id}", action="cancel").status == 303
    assert scene.now().status == "canceled"


def test_cards_are_added_made_the_default_and_removed(account: Account) -> None:
    scene = Scene(account)
    home = scene.session().url
    first = str(account.v1.customers.retrieve(scene.customer).invoice_settings.default_payment_method)  # type: ignore
    assert send(f"{home}/methods", action="remove", method=first).status == 400
    assert send(f"{home}/methods", action="add", method="pm_card_visa_chargeDeclined").status == 402
    assert send(f"{home}/methods", action="add", method="pm_card_mastercard", default="yes").status == 303
    customer = account.v1.customers.retrieve(scene.customer)
    second = str(customer.invoice_settings.default_payment_method)  # type: ignore[union-attr]
    assert second != first
    assert send(f"{home}/methods", action="default", method=first).status == 303
    assert send(f"{home}/methods", action="remove", method=second).status == 303
    saved = account.v1.customers.payment_methods.list(scene.customer).data
    assert [method.id for method in saved] == [first]


def test_a_card_that_asks_for_authentication_becomes_the_default_after_it(account: Account) -> None:
    scene = Scene(account)
    home = scene.session().url
    seen = send(f"{home}/methods", action="add", method="pm_card_threeDSecure2Required", default="yes")
    assert seen.to.startswith("/authenticate/seti_")
    assert send(account.url + seen.to, action="complete").to == f"/p/session/{home.rpartition('/')[2]}?home=1"
    customer = account.v1.customers.retrieve(scene.customer, {"expand": ["invoice_settings.default_payment_method"]})
    assert customer.invoice_settings.default_payment_method.card.last4 == "3220"  # type: ignore[union-attr]


def test_only_the_details_that_are_allowed_can_be_changed(account: Account) -> None:
    scene = Scene(account)
    page = f"{scene.session().url}/details"
    assert send(page, email="nonsense").status == 400
    fields = {"address_line1": "Street 1", "address_postal_code": "8000", "address_city": "Zurich"}
    assert send(page, email="jo@example.com", name="Mallory", **fields, address_country="CH").status == 303
    customer = account.v1.customers.retrieve(scene.customer)
    assert (customer.email, customer.name) == ("jo@example.com", None)
    assert customer.address is not None
    assert customer.address.city == "Zurich"


def test_what_is_disabled_is_neither_shown_nor_possible(account: Account) -> None:
    off = {"enabled": False}
    scene = Scene(
        account,
        customer_update=off,
        payment_method_update=off,
        subscription_cancel=off,
        subscription_update=off,
        invoice_history=off,
    )
    home = scene.session().url
    text = look(home).text
    for words in ("Change plan", "Cancel subscription", "Add payment method", "Update details", "Invoices"):
        assert words not in text
    for path in (f"cancel/{scene.subscription.id}", f"change/{scene.subscription.id}", "methods", "details"):
        assert send(f"{home}/{path}", action="cancel", price=scene.better.id).status == 404
    assert scene.now().cancel_at is None


def test_a_stranger_s_subscription_is_not_there(account: Account) -> None:
    scene, other = Scene(account), account.subscribe(account.price())
    home = scene.session().url
    assert send(f"{home}/cancel/{other.id}", action="cancel").status == 404
    method = account.v1.customers.payment_methods.list(str(other.customer)).data[0]
    assert send(f"{home}/methods", action="remove", method=method.id).status == 400
    assert account.subscription(other).cancel_at is None


def test_a_flow_leads_to_its_page_and_ends_where_it_says(account: Account) -> None:
    scene = Scene(account)
    cancel = scene.session(
        type="subscription_cancel",
        subscription_cancel={"subscription": scene.subscription.id},
        after_completion={"type": "redirect", "redirect": {"return_url": BACK}},
    )
    to = look(cancel.url).to
    assert to == f"/p/session/{cancel.id}/cancel/{scene.subscription.id}"
    assert send(account.url + to, action="cancel").to == BACK
    item = {"id": items_of(scene.subscription)[0].id, "price": scene.better.id}
    confirm = scene.session(
        type="subscription_update_confirm",
        subscription_update_confirm={"subscription": scene.subscription.id, "items": [item]},
        after_completion={"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": "Enjoy!"}},
    )
    page = account.url + look(confirm.url).to
    assert "Confirm your new plan" in look(page).text
    done = send(page.partition("?")[0], price=scene.better.id)
    assert "Enjoy!" in look(account.url + done.to).text


def test_those_who_stay_get_the_discount_that_was_offered(account: Account) -> None:
    scene = Scene(account)
    coupon = account.v1.coupons.create({"percent_off": 25, "duration": "repeating", "duration_in_months": 3})
    retention = {"type": "coupon_offer", "coupon_offer": {"coupon": coupon.id}}
    session = scene.session(
        type="subscription_cancel",
        subscription_cancel={"subscription": scene.subscription.id, "retention": retention},
    )
    page = account.url + look(session.url).to
    assert "25 % off" in look(page).text
    assert send(page, action="stay").status == 303
    account.advance(32 * DAY)
    assert account.invoices(scene.subscription)[-1].total == 2175


@pytest.mark.parametrize(
    ("flow", "param"),
    [
        ({"type": "subscription_cancel"}, "flow_data[subscription_cancel]"),
        (
            {"type": "subscription_cancel", "subscription_cancel": {"subscription": "sub_none"}},
            "flow_data[subscription_cancel][subscription]",
        ),
        (
            {"type": "payment_method_update", "after_completion": {"type": "redirect"}},
            "flow_data[after_completion][redirect]",
        ),
    ],
)
def test_flows_that_lead_nowhere_are_refused(account: Account, flow: dict, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        Scene(account).session(**flow)
    assert refused.value.param == param


def test_the_default_configuration_is_made_when_it_is_first_needed(account: Account) -> None:
    customer = account.customer().id
    assert account.v1.billing_portal.configurations.list().data == []
    session = account.v1.billing_portal.sessions.create({"customer": customer})
    [made] = account.v1.billing_portal.configurations.list({"is_default": True}).data
    assert (session.configuration, made.features.subscription_update.enabled) == (made.id, False)
    with pytest.raises(stripe.InvalidRequestError, match="deactivate the default"):
        account.v1.billing_portal.configurations.update(made.id, {"active": False})
    types = ["billing_portal.configuration.created", "billing_portal.session.created"]
    assert account.event_types(types=types) == types


def test_an_old_link_does_not_work(account: Account) -> None:
    session = account.v1.billing_portal.sessions.create({"customer": account.customer().id})
    account.advance(3600)
    assert look(session.url).status == 410
