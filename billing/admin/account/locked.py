"""What somebody sees who failed too often."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def locked_out(request: HttpRequest, answer: HttpResponse, credentials: dict[str, Any] | None) -> HttpResponse:
    """The answer of axes' middleware once a limit is reached. The API has said it in its own way."""
    if request.path.startswith("/api/"):
        return answer
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    context = {**admin.site.each_context(request), "title": "Locked", "minutes": -(-seconds // 60)}
    page = render(request, "admin/account/locked.html", context, status=429)
    page["Retry-After"] = str(seconds)
    return page
