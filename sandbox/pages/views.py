"""Which page is where."""

from sandbox.pages import (
    authentication,
    checkout,
    invoice,
    payment_link,
    portal,
    portal_cancel,
    portal_details,
    portal_entry,
    portal_methods,
    portal_plans,
    receipt,
)
from sandbox.pages.visits import View

VIEWS: dict[str, View] = {
    "/c/pay/{session}": checkout.view,
    "/c/recover/{session}": checkout.recover,
    "/p/session/{portal}": portal.view,
    "/p/session/{portal}/done": portal_entry.confirmation,
    "/p/session/{portal}/change/{subscription}": portal_plans.view,
    "/p/session/{portal}/renew/{subscription}": portal_plans.renew,
    "/p/session/{portal}/cancel/{subscription}": portal_cancel.view,
    "/p/session/{portal}/methods": portal_methods.view,
    "/p/session/{portal}/details": portal_details.view,
    "/b/{link}": payment_link.view,
    "/b/{link}/done": payment_link.done,
    "/i/{invoice}": invoice.view,
    "/i/{invoice}/pdf": invoice.pdf,
    "/receipts/{charge}": receipt.view,
    "/authenticate/{intent}": authentication.view,
}
