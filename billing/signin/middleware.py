"""What holds for every request of somebody who is signed in."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from billing.signin import sessions
from billing.signin.factors import must_set_up_second_factor

GetResponse = Callable[[HttpRequest], HttpResponse]

STAFFS_PAGES = "/admin/"
WITHOUT_SECOND_FACTOR = ("/admin/account/", "/admin/login/", "/admin/logout/")
"""What staff reach before they have a second factor: the pages to set one up, their sessions, and the way out."""


class SessionLimitsMiddleware:
    """Ends a session that was idle for too long, or is too old. Stands before the one that notes who acts."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if sessions.has_run_out(request):
                logout(request)
                if request.path.startswith(STAFFS_PAGES):
                    messages.info(request, "Your session has ended. Sign in again.")
            else:
                sessions.touch(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Leads staff who must have a second factor, and have none, to the page that sets one up."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.path.startswith(STAFFS_PAGES) and not request.path.startswith(WITHOUT_SECOND_FACTOR)
        if asked and must_set_up_second_factor(request.user):
            return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)
