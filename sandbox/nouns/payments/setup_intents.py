"""Setup intents: saving a payment method for later."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.payments import setting_up
from sandbox.nouns.payments import intent_methods
from sandbox.nouns.payments.authentication_pages import page_after
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import merge_metadata
from sandbox.shapes.setup_intent import setup_intent

_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(ctx: Context) -> Json:
    given = ctx.params
    intent = setup_intent(ctx.new_id("seti_"), ctx.now, given.get("usage", "off_session"))
    intent_methods.choose_kinds(intent, given, None)
    _set_fields(ctx, intent, given)
    ctx.create(intent, "setup_intent.created")
    return _confirmed(ctx, intent, given) if given.get("confirm") else public(intent)


def _set_fields(ctx: Context, intent: Json, given: Json) -> None:
    if given.get("customer"):
        intent["customer"] = ctx.load("customer", given["customer"], "customer")["id"]
    if "metadata" in given:
        intent["metadata"] = merge_metadata(intent["metadata"], given["metadata"])
    if "description" in given:
        intent["description"] = given["description"]
    intent_methods.set_options(intent, given)
    method = intent_methods.chosen(ctx, intent, given)
    if method:
        intent.update(payment_method=method["id"], status="requires_confirmation", next_action=None)


def _open(ctx: Context) -> Json:
    intent = ctx.load("setup_intent", ctx.path["id"])
    if intent["status"] not in _OPEN:
        raise invalid(f"This SetupIntent has a status of {intent['status']}.", code="setup_intent_unexpected_state")
    return intent


def update(ctx: Context) -> Json:
    intent = _open(ctx)
    if ctx.param("payment_method_types"):
        intent_methods.choose_kinds(intent, ctx.params, None)
    _set_fields(ctx, intent, ctx.params)
    return public(ctx.update(intent))


def confirm(ctx: Context) -> Json:
    intent = _open(ctx)
    _set_fields(ctx, intent, ctx.params)
    return _confirmed(ctx, intent, ctx.params)


def confirm_with(ctx: Context, intent: Json, given: str | None) -> Json:
    """Saves `given` or the intent's own method; raises the refusal, whose traces stay."""
    _set_fields(ctx, intent, {"payment_method": given} if given else {})
    return _confirmed(ctx, intent, {})


def _confirmed(ctx: Context, intent: Json, manner: Json) -> Json:
    if not intent["payment_method"]:
        raise invalid(
            "You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a"
            " payment method and then confirm it again.",
            "payment_method",
            "setup_intent_unexpected_state",
        )
    method = ctx.load("payment_method", intent["payment_method"], "payment_method", noun="PaymentMethod")
    intent_methods.check(intent, method)
    return public(setting_up.confirm(ctx, intent, method, page_after(intent, manner.get("return_url"))))


def complete(ctx: Context, intent: Json, method: Json) -> Json:
    """The customer's bank has said yes."""
    return public(setting_up.complete(ctx, intent, method, authenticated=True))


def authenticate(ctx: Context, intent: Json, succeeds: bool) -> Json:
    """The customer's answer to a request for authentication (a control of the sandbox, or its page)."""
    method = ctx.load("payment_method", intent["payment_method"])
    return complete(ctx, intent, method) if succeeds else public(setting_up.fail_authentication(ctx, intent, method))


def cancel(ctx: Context) -> Json:
    return public(setting_up.cancel(ctx, _open(ctx), ctx.param("cancellation_reason")))


def list_all(ctx: Context) -> Json:
    customer, method = ctx.param("customer"), ctx.param("payment_method")
    return page(ctx, "setup_intent", "/v1/setup_intents", customer=customer, tag=method)


def attempts(ctx: Context) -> Json:
    intent = ctx.load("setup_intent", ctx.params["setup_intent"], "setup_intent")
    return page(ctx, "setup_attempt", "/v1/setup_attempts", parent=intent["id"])
