"""Where one is signed in, and ending that."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views import View

from billing.admin.account.pages import frame
from billing.signin import sessions

BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari", "curl")
SYSTEMS = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")
NAMES = {"Edg": "Edge", "OPR": "Opera", "Mac OS": "macOS"}


def browser_words(user_agent: str) -> str:
    """ "Firefox on Linux", as far as a browser tells."""
    browser = next((name for name in BROWSERS if name in user_agent), "Unknown browser")
    system = next((name for name in SYSTEMS if name in user_agent), "")
    words = NAMES.get(browser, browser)
    return f"{words} on {NAMES.get(system, system)}" if system else words


class OwnSessions(View):
    """GET lists them; POST with `session` ends one, with `others` all but this."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        own = request.session.session_key
        rows = [
            {"row": each, "browser": browser_words(each.user_agent), "is_this": each.session_key == own}
            for each in sessions.sessions_of(request.user)  # type: ignore[arg-type]
        ]
        context: dict[str, Any] = {**frame(request), "title": "Your sessions", "rows": rows}
        return TemplateResponse(request, "admin/account/sessions.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        own = request.session.session_key
        if "others" in request.POST:
            ended = sessions.end_others(user=user, keep=own, reason="ended by hand")
        else:
            key = request.POST.get("session", "")
            chosen = [each for each in sessions.sessions_of(user) if str(each.pk) == key]
            ended = sessions.end(user=user, ended=chosen, reason="ended by hand")
            if any(each.session_key == own for each in chosen):
                logout(request)
                return HttpResponseRedirect(reverse("admin:login"))
        messages.success(request, f"Ended {ended} session{'' if ended == 1 else 's'}.")
        return HttpResponseRedirect(reverse("usersessions_list"))
