"""Dangerous acts need somebody who showed lately who he is: an unattended browser, or a stolen cookie, is no person.

A verb's view begins with

    if first := recent.ask_unless_recent(request):
        return first

and its page opens only for whoever signed in, or confirmed, within STEP_UP_SECONDS. Others are led to the page that
asks for password and second factor and then back to the verb's page, by GET: what they posted is never done unseen.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

KEY = "signin_confirmed"

View = Callable[..., HttpResponseBase]


def note(request: HttpRequest) -> None:
    """The person has just shown who he is, by every factor that he has."""
    request.session[KEY] = timezone.now().timestamp()


def is_recent(request: HttpRequest) -> bool:
    confirmed = request.session.get(KEY)
    if not request.user.is_authenticated or confirmed is None:
        return False
    return bool(0 <= timezone.now().timestamp() - confirmed < settings.STEP_UP_SECONDS)


def ask_unless_recent(request: HttpRequest) -> HttpResponseRedirect | None:
    """A redirect to the page that asks, or None where the person confirmed lately."""
    if is_recent(request):
        return None
    if request.method == "POST":
        messages.warning(request, "Nothing was done yet. Confirm that it is you, then fill in the form again.")
    return HttpResponseRedirect(f"{reverse('account_confirm')}?{urlencode({'next': request.get_full_path()})}")


def confirmed_recently(view: View) -> View:
    """The same for a whole view."""

    @wraps(view)
    def asking(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return ask_unless_recent(request) or view(request, *args, **kwargs)

    return asking
