"""At most ten tries to sign in a minute from one address, so that passwords cannot be guessed."""

import time
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from billing.api.problem import Problem

TRIES = 10
WINDOW_SECONDS = 60

logger = structlog.get_logger(__name__)


class LoginLimit(BaseThrottle):
    """Counts in fixed windows. Where the cache is down, signing in stays possible."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if not settings.RATE_LIMIT_ENABLED:
            return True
        window, second = divmod(int(time.time()), WINDOW_SECONDS)
        tries = self._count(f"login:{self.get_ident(request)}:{window}")
        if tries > TRIES:
            raise _too_many(WINDOW_SECONDS - second)
        return True

    def _count(self, key: str) -> int:
        try:
            cache.add(key, 0, WINDOW_SECONDS)
            return cache.incr(key)
        except ValueError:
            return 1  # the key ran out between the two calls
        except Exception:
            logger.warning("login_limit_unavailable", exc_info=True)
            return 0


def _too_many(wait: int) -> Problem:
    headers = {
        "Retry-After": str(wait),
        "RateLimit-Limit": str(TRIES),
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": str(wait),
    }
    return Problem("rate_limited", f"Too many tries; wait {wait} seconds.", 429, headers=headers)
