"""Give each web request its id and its actor."""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit.actor import Actor, ActorKind
from audit.client_address import client_address
from audit.context import acting

GetResponse = Callable[[HttpRequest], HttpResponse]

_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class AuditContextMiddleware:
    """Sets the request id (taken from `X-Request-ID` where it is well formed) and the signed-in user.

    API keys and tokens are known only after authentication; the API's base view calls `acting` again then.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _ACCEPTED_ID.fullmatch(given) else f"req_{uuid.uuid4().hex}"
        with acting(actor_of(request), request_id=request_id, ip_address=client_address(request) or None, source="web"):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


def actor_of(request: HttpRequest) -> Actor | None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    return Actor(ActorKind.STAFF if user.is_staff else ActorKind.USER, str(user.pk))
