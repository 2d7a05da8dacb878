"""Who calls: a machine with one of our keys, or a person with a login token or a session."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone
from knox.crypto import hash_token
from knox.models import AuthToken
from rest_framework.authentication import BaseAuthentication
from rest_framework.authentication import SessionAuthentication as AnySessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from billing.models.api_key import PREFIXES, ApiKey
from billing.models.user import User
from billing.signin.factors import must_set_up_second_factor

__all__ = ["ApiKeyAuthentication", "LoginTokenAuthentication", "SessionAuthentication"]

LAST_USE_PRECISION = timedelta(minutes=1)
"""`last_used_at` is written at most this often: else every read would also be a write."""


class _BearerAuthentication(BaseAuthentication):
    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class ApiKeyAuthentication(_BearerAuthentication):
    """`Authorization: Bearer ch_live_…` or `ch_test_…`; `request.auth` is the ApiKey."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        token = bearer_token(request)
        if not token.startswith(tuple(PREFIXES.values())):
            return None
        return AnonymousUser(), self._usable(ApiKey.objects.with_secret(token))

    def _usable(self, key: ApiKey | None) -> ApiKey:
        now = timezone.now()
        if key is None:
            raise AuthenticationFailed("There is no such API key.", code="invalid_api_key")
        if key.live != settings.STRIPE_LIVE_MODE:
            raise AuthenticationFailed("This API key is of the other mode, live or test.", code="wrong_mode")
        if key.revoked_at is not None:
            raise AuthenticationFailed("This API key has been revoked.", code="api_key_revoked")
        if key.expires_at is not None and key.expires_at <= now:
            raise AuthenticationFailed("This API key has expired.", code="api_key_expired")
        if key.organization is not None and key.organization.deleted_at is not None:
            raise AuthenticationFailed("The key's organization was deleted.", code="organization_deleted")
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USE_PRECISION)
        if key.last_used_at is None or key.last_used_at < now - LAST_USE_PRECISION:
            ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
        return key


class SessionAuthentication(AnySessionAuthentication):
    """The browser's session; staff who still have to set up a second factor get no further here than there."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        found: tuple[User, None] | None = super().authenticate(request)
        if found is not None and must_set_up_second_factor(found[0]):
            raise AuthenticationFailed("Set up a second factor in the admin first.", code="second_factor_required")
        return found


class LoginTokenAuthentication(_BearerAuthentication):
    """A token of `POST auth/login` (knox). Found by its digest: knox's own look-up reads every token that
    begins alike, and deletes expired ones on the way."""

    refused: ClassVar[str] = "The token is unknown or has expired; sign in again."

    def authenticate(self, request: Request) -> tuple[User, AuthToken] | None:
        text = bearer_token(request)
        if not text:
            return None
        found = Q(expiry=None) | Q(expiry__gt=timezone.now())
        token = AuthToken.objects.select_related("user").filter(found, digest=hash_token(text)).first()
        if token is None or not token.user.is_active:
            raise AuthenticationFailed(self.refused, code="invalid_token")
        return token.user, token


def bearer_token(request: Request) -> str:
    """The bearer token of the request, empty where there is none."""
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
