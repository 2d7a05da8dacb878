"""Entering the customer portal: whose it is, what may be done, and where one goes from there."""

from dataclasses import dataclass

from sandbox.jsons import Json
from sandbox.nouns.portal.portal_configurations import KIND
from sandbox.nouns.portal.portal_sessions import LIFE
from sandbox.pages.html import Markup
from sandbox.pages.layout import simple
from sandbox.pages.replies import Page, Redirect
from sandbox.pages.visits import Visit
from sandbox.protocol.errors import StripeError

DONE = {
    "plan": "Your plan was changed.",
    "planned": "Your plan will change at the end of the current period.",
    "canceled": "Your subscription was canceled.",
    "ending": "Your subscription will end with its current period.",
    "renewed": "Your subscription will go on.",
    "offer": "Your discount was applied.",
    "method": "Your payment method was saved.",
    "default": "Your default payment method was changed.",
    "removed": "Your payment method was removed.",
    "details": "Your billing details were changed.",
}


@dataclass
class Portal:
    """One visit of a portal session."""

    visit: Visit
    session: Json
    settings: Json
    customer: Json

    @property
    def home(self) -> str:
        return f"/p/session/{self.session['id']}"

    def feature(self, name: str) -> Json:
        """Its settings; raises 404 where it is off."""
        feature: Json = self.settings["features"][name]
        if not feature["enabled"]:
            raise StripeError(404, "invalid_request_error", "This cannot be done in this portal.")
        return feature

    def subscription(self) -> Json:
        """The subscription that the path names, if it is the customer's."""
        found = self.visit.ctx.load("subscription", self.visit.path["subscription"])
        if found["customer"] != self.customer["id"]:
            raise StripeError(404, "invalid_request_error", "There is no such subscription.")
        return found

    def page(self, title: str, body: Markup, back: bool = True) -> Page:
        link = (self.home + "?home=1", "Your billing") if back else None
        return Page(title, body, business=self.visit.ctx.settings["business_name"], narrow=back, back=link)

    def done(self, what: str, flow: str) -> Redirect:
        """After a change: what the flow of this session says, if it was this flow; else home."""
        after = (self.session["flow"] or {}).get("after_completion") or {}
        if (self.session["flow"] or {}).get("type", "").startswith(flow):
            if after["type"] == "redirect":
                return Redirect(after["redirect"]["return_url"])
            if after["type"] == "hosted_confirmation":
                return Redirect(f"{self.home}/done?done={what}")
        return Redirect(f"{self.home}?home=1&done={what}")


def enter(visit: Visit) -> Portal:
    """Raises 404 for an unknown session, 410 where its time is over."""
    session = visit.ctx.load("billing_portal.session", visit.path["portal"], noun="portal session")
    if session["created"] + LIFE <= visit.ctx.now:
        raise StripeError(410, "invalid_request_error", "This link has expired. Ask for a new one where you found it.")
    settings = visit.ctx.load(KIND, session["configuration"])
    return Portal(visit, session, settings, visit.ctx.load("customer", session["customer"]))


def confirmation(visit: Visit) -> Page:
    """The end of a flow that stays here."""
    portal = enter(visit)
    after = (portal.session["flow"] or {}).get("after_completion") or {}
    custom = (after.get("hosted_confirmation") or {}).get("custom_message")
    words = DONE.get(visit.field("done"), "Done.")
    business = visit.ctx.settings["business_name"]
    return simple("All done", words, custom, business=business)
