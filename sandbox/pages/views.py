"""Which page is where."""

from sandbox.pages import authentication, checkout
from sandbox.pages.visits import View

VIEWS: dict[str, View] = {
    "/c/pay/{session}": checkout.view,
    "/c/recover/{session}": checkout.recover,
    "/authenticate/{intent}": authentication.view,
}
