"""Payment intents, of invoices and of one-off payments."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.payments import charging
from sandbox.lives.payments.attaching import attach
from sandbox.lives.settling.outcomes import settle_invoice
from sandbox.money.amounts import check_amount, checked_currency
from sandbox.nouns.payments import intent_methods
from sandbox.nouns.payments.authentication_pages import page_after
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import merge_metadata
from sandbox.shapes.payment_intent import payment_intent

_COPIED = (
    "capture_method confirmation_method description receipt_email setup_future_usage shipping statement_descriptor"
    " statement_descriptor_suffix transfer_group"
).split()
_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(ctx: Context) -> Json:
    given, currency = ctx.params, checked_currency(ctx.params["currency"])
    check_amount(given["amount"], currency)
    if "off_session" in given and not given.get("confirm"):
        raise invalid("You may only set `off_session` when `confirm` is true.", "off_session")
    customer = ctx.load("customer", given["customer"], "customer")["id"] if given.get("customer") else None
    made = payment_intent(ctx.new_id("pi_"), ctx.now, given["amount"], currency, customer)
    intent_methods.choose_kinds(made, given, currency)
    _set_fields(ctx, made, given)
    ctx.create(made, "payment_intent.created")
    return _confirmed(ctx, made, given) if given.get("confirm") else public(made)


def _set_fields(ctx: Context, intent: Json, given: Json) -> None:
    intent.update({name: given[name] for name in _COPIED if name in given})
    intent_methods.set_options(intent, given)
    if "metadata" in given:
        intent["metadata"] = merge_metadata(intent["metadata"], given["metadata"])
    method = intent_methods.chosen(ctx, intent, given)
    if method:
        intent.update(payment_method=method["id"], status="requires_confirmation", next_action=None)


def update(ctx: Context) -> Json:
    intent, given = _open(ctx, "be updated"), ctx.params
    currency = checked_currency(ctx.param("currency", intent["currency"]))
    amount = ctx.param("amount", intent["amount"])
    check_amount(amount, currency)
    if intent["_"]["invoice"] and (amount, currency) != (intent["amount"], intent["currency"]):
        raise invalid("You cannot change the amount of a PaymentIntent of an invoice.", "amount")
    intent.update(amount=amount, currency=currency)
    if given.get("customer"):
        _set_customer(ctx, intent, given["customer"])
    if given.get("payment_method_types"):
        intent_methods.choose_kinds(intent, given, currency)
    _set_fields(ctx, intent, given)
    return public(ctx.update(intent))


def _set_customer(ctx: Context, intent: Json, customer_id: str) -> None:
    if intent["customer"] not in (None, customer_id):
        raise invalid("The customer of a PaymentIntent cannot be changed once it is set.", "customer")
    intent["customer"] = ctx.load("customer", customer_id, "customer")["id"]


def _open(ctx: Context, verb: str, *statuses: str) -> Json:
    intent = ctx.load("payment_intent", ctx.path["id"])
    if intent["status"] not in (statuses or _OPEN):
        raise invalid(
            f"This PaymentIntent could not {verb} because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
        )
    if intent["_"].get("session") and not intent["_"]["invoice"] and verb != "be captured":
        raise invalid(f"This PaymentIntent could not {verb} because it belongs to a Checkout Session.")
    return intent


def confirm(ctx: Context) -> Json:
    intent, given = _open(ctx, "be confirmed"), ctx.params
    if given.get("payment_method_types"):
        intent_methods.choose_kinds(intent, given, intent["currency"])
    _set_fields(ctx, intent, {**given, "mandate_data": given.get("mandate_data")})
    return _confirmed(ctx, intent, given)


def confirm_with(ctx: Context, intent: Json, given: str | None) -> Json:
    """Charges `given` or the intent's own method; raises the decline, whose traces stay."""
    _set_fields(ctx, intent, {"payment_method": given} if given else {})
    return _confirmed(ctx, intent, {})


def _confirmed(ctx: Context, intent: Json, manner: Json) -> Json:
    """`manner`: the parameters that say how (off_session, error_on_requires_action, return_url)."""
    if not intent["payment_method"]:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the"
            " PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a"
            " payment method.",
            "payment_method",
            "payment_intent_unexpected_state",
        )
    method = ctx.load("payment_method", intent["payment_method"], "payment_method", noun="PaymentMethod")
    intent_methods.check(intent, method)
    off_session = manner.get("off_session", False) is not False
    charging.confirm(
        ctx,
        intent,
        method,
        authenticated=bool(intent["_"].pop("authenticated", False)),
        off_session=off_session,
        asks=not (off_session or manner.get("error_on_requires_action")),
        return_url=page_after(intent, manner.get("return_url")),
    )
    return _answer(ctx, intent, method)


def _answer(ctx: Context, intent: Json, method: Json) -> Json:
    _keep(ctx, intent, method)
    settle_invoice(ctx, intent)
    if intent["last_payment_error"]:
        raise charging.decline_error(intent)
    return public(intent)


def _keep(ctx: Context, intent: Json, method: Json) -> None:
    wanted = intent["setup_future_usage"] and intent["customer"] and not method["customer"]
    if wanted and intent["status"] in ("succeeded", "requires_capture", "processing"):
        attach(ctx, method, intent["customer"])


def capture(ctx: Context) -> Json:
    intent = _open(ctx, "be captured", "requires_capture")
    amount = ctx.param("amount_to_capture", intent["amount"])
    if amount > intent["amount_capturable"]:
        raise invalid("You cannot capture more than what is capturable.", "amount_to_capture", "amount_too_large")
    for name in ("statement_descriptor", "statement_descriptor_suffix"):
        intent[name] = ctx.param(name, intent[name])
    if "metadata" in ctx.params:
        intent["metadata"] = merge_metadata(intent["metadata"], ctx.params["metadata"])
    return public(charging.capture(ctx, intent, amount))


def cancel(ctx: Context) -> Json:
    intent = _open(ctx, "be canceled", *_OPEN, "requires_capture", "processing")
    if intent["_"]["invoice"] and not intent["_"].get("tie"):
        raise invalid("You cannot cancel a PaymentIntent of an invoice; void the invoice instead.")
    return public(charging.cancel(ctx, intent, ctx.param("cancellation_reason")))


def authenticate(ctx: Context, intent: Json, succeeds: bool) -> Json:
    """The customer's answer to a request for authentication (a control of the sandbox, or its page)."""
    method = ctx.load("payment_method", intent["payment_method"])
    if not succeeds:
        charging.fail_authentication(ctx, intent, method)
    elif intent["confirmation_method"] == "manual":
        intent["_"]["authenticated"] = True
        intent.update(status="requires_confirmation", next_action=None)
        return public(ctx.update(intent))
    else:
        charging.confirm(ctx, intent, method, authenticated=True)
        _keep(ctx, intent, method)
    settle_invoice(ctx, intent)
    return public(intent)
