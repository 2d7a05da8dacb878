"""A second chance: a new Checkout session like one that has expired."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.nouns.checkout.checkout_totals import recount
from sandbox.protocol.addresses import page
from sandbox.shapes.checkout_session import checkout_session

_NEW_IN_COPY = (
    "_ id created expires_at status payment_intent setup_intent subscription invoice url after_expiration"
).split()


def recovered(ctx: Context, session: Json) -> Json:
    """A new session like an expired one."""
    copy: Json = {**session, **checkout_session(ctx.new_id("cs_test_"), ctx.now, session["mode"])}
    same = [name for name in session if name not in _NEW_IN_COPY]
    copy.update({name: session[name] for name in same})
    copy["_"].update(lines=session["_"]["lines"], given=session["_"]["given"])
    copy.update(recovered_from=session["id"], after_expiration=None)
    copy["allow_promotion_codes"] = session["after_expiration"]["recovery"]["allow_promotion_codes"] or None
    copy["url"] = page(f"/c/pay/{copy['id']}")
    recount(ctx, copy)
    ctx.create(copy)
    ctx.schedule("checkout.expire", copy["id"], copy["expires_at"])
    return copy
