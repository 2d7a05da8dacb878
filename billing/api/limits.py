"""Rate limits of the API: each request counts once, whatever becomes of it, and each answer says where it stands.

Counted per key, person or, for strangers, address; for the organization besides. It is done before a tenant
transaction opens, as the ordinary role.
"""

import re
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from audit.client_address import client_address, counted_as
from billing.api.problem import Problem
from billing.domain.rate import Limit, Standing
from billing.limits.limiter import take
from billing.limits.policies import BILLING_WRITES, WRONG_CREDENTIALS, Asked, Scope, requests_of
from billing.models.api_key import ApiKey
from billing.models.user import User

_BILLING = re.compile(r"/api/(?:v1/)?billing/")


class RateLimit(BaseThrottle):
    """Of every view of the API. A view's `own_limit` replaces the general ones."""

    def allow_request(self, request: Request, view: Any) -> bool:
        organization = getattr(getattr(view, "caller", None), "organization", None)
        own = getattr(view, "own_limit", lambda: None)()
        _charge(request, _asked(request, own, organization.pk if organization else None))
        return True


def count_refused(request: Request, error: APIException) -> None:
    """Count a request that got no further than authentication or permission. Raises Problem `rate_limited`, in
    place of the error, once there were too many.

    Wrong keys and tokens have a narrow limit of their own. It is asked after the look-up: whoever shares an address
    with somebody who guesses, and has a right key, is not locked out with him.
    """
    if hasattr(request._request, "rate_limits"):
        return
    who = _who(request)
    asked = [Asked(requests_of(who[0]), *who)]
    if isinstance(error, AuthenticationFailed):
        asked.append(Asked(WRONG_CREDENTIALS, Scope.ADDRESS, _address(request)))
    _charge(request, asked)


def stamp(response: HttpResponseBase, request: Any) -> HttpResponseBase:
    """Say on the answer how many requests are left. With several limits, of the one that ends first."""
    standings: list[Standing] = getattr(request, "rate_limits", [])
    if not standings:
        return response
    tightest = min(standings, key=lambda each: (-each.wait, each.remaining))
    response["RateLimit-Policy"] = ", ".join(_policy(each.limit) for each in standings)
    response["RateLimit-Limit"] = str(tightest.limit.quota)
    response["RateLimit-Remaining"] = str(tightest.remaining)
    response["RateLimit-Reset"] = str(tightest.reset)
    return response


def _policy(limit: Limit) -> str:
    """As draft-ietf-httpapi-ratelimit-headers writes it."""
    return f'"{limit.name}";q={limit.quota};w={limit.seconds}'


def _charge(request: Request, asked: Sequence[Asked]) -> None:
    standings = take(asked, now=timezone.now())
    request._request.rate_limits = standings  # type: ignore[attr-defined]
    wait = max((each.wait for each in standings), default=0)
    if wait:
        headers = {"Retry-After": str(wait)}
        raise Problem("rate_limited", f"Too many requests; wait {wait} seconds.", 429, headers=headers)


def _asked(request: Request, own: Limit | None, organization_id: int | None) -> list[Asked]:
    who = _who(request)
    asked = [Asked(own or requests_of(who[0]), *who)]
    if organization_id is None:
        return asked
    if own is None and not _is_of_the_installation(request):
        asked.append(Asked(requests_of(Scope.ORGANIZATION), Scope.ORGANIZATION, str(organization_id)))
    if request.method not in SAFE_METHODS and _BILLING.match(request.path):
        asked.append(Asked(BILLING_WRITES, Scope.ORGANIZATION, str(organization_id)))
    return asked


def _who(request: Request) -> tuple[Scope, str]:
    if isinstance(request.auth, ApiKey):
        return Scope.KEY, str(request.auth.pk)
    if isinstance(request.user, User):
        return Scope.USER, str(request.user.pk)
    return Scope.ADDRESS, _address(request)


def _is_of_the_installation(request: Request) -> bool:
    return isinstance(request.auth, ApiKey) and request.auth.organization_id is None


def _address(request: Request) -> str:
    return counted_as(client_address(request._request))
