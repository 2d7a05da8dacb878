"""Signing in to the API, out of it, and who one is."""

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.context import ordinary_role
from billing.api.problem import Problem
from billing.api.subscription_inputs import read
from billing.api.times import InstantField
from billing.api.views import ApiView, PublicView
from billing.domain.permissions import SCOPES_OF, Role
from billing.domain.rate import Limit
from billing.limits.policies import SIGN_IN
from billing.models import ApiKey, Membership, User
from billing.services import login_tokens
from billing.signin import lockout, trail
from billing.signin.factors import CannotSpendCode, has_second_factor, must_set_up_second_factor, spend_code


class CredentialsSerializer(serializers.Serializer):
    """`username` is read as `email`. Persons with a second factor also give `otp`."""

    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=1024, trim_whitespace=False)
    otp = serializers.CharField(
        max_length=32, required=False, help_text="A code of the authenticator app, or a recovery code."
    )

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and "email" not in data and "username" in data:
            data = {**data, "email": data["username"]}
        return super().to_internal_value(data)


class UserSerializer(serializers.Serializer):
    id = serializers.CharField(source="pk")
    email = serializers.CharField()
    name = serializers.CharField()
    is_staff = serializers.BooleanField()


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField()
    expires_at = InstantField()
    user = UserSerializer()


class OwnMembershipSerializer(serializers.Serializer):
    id = serializers.CharField(source="organization.public_id")
    name = serializers.CharField(source="organization.name")
    role = serializers.ChoiceField(choices=list(Role))
    scopes = serializers.SerializerMethodField()

    def get_scopes(self, row: Membership) -> list[str]:
        return sorted(SCOPES_OF[row.role])


class OwnKeySerializer(serializers.Serializer):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    organization = serializers.CharField(source="organization.public_id", default=None, allow_null=True)
    expires_at = InstantField(allow_null=True)


class MeSerializer(serializers.Serializer):
    """Either `user` with `organizations`, or `api_key`."""

    user = UserSerializer(allow_null=True)
    organizations = OwnMembershipSerializer(many=True)
    api_key = OwnKeySerializer(allow_null=True)


class LogoutSerializer(serializers.Serializer):
    all = serializers.BooleanField(default=False, help_text="End every token of the person.")


class LoginView(PublicView):
    def own_limit(self) -> Limit:
        return SIGN_IN

    @extend_schema(request=CredentialsSerializer, responses=TokenSerializer)
    def post(self, request: Request) -> Response:
        """Give a token for e-mail and password. Unknown accounts take as long as wrong passwords."""
        given = read(CredentialsSerializer, request.data)
        user = _person(request, given["email"], given["password"])
        _second_factor(request, user, given.get("otp"))
        with transaction.atomic(), trail.as_person(user):
            issued = login_tokens.issue(user=user, now=timezone.now())
            if issued is None:
                raise _wrong()
            lockout.forgive(request._request, user)
            trail.tell(user, "signed_in", by="password and code" if has_second_factor(user) else "password")
        return Response(TokenSerializer({"token": issued.secret, "expires_at": issued.expires_at, "user": user}).data)


def _person(request: Request, email: str, password: str) -> User:
    with lockout.one_at_a_time(request._request, email):
        user = authenticate(request._request, username=email, password=password)
    if lockout.was_locked_out(request._request):
        raise _locked_out()
    if not isinstance(user, User):
        raise _wrong()
    return user


def _second_factor(request: Request, user: User, otp: str | None) -> None:
    """A token is as good as a session: it takes what a session takes."""
    if not has_second_factor(user):
        if must_set_up_second_factor(user):
            raise Problem("second_factor_required", "Set up a second factor in the admin first.", 401)
        return
    if not otp:
        raise Problem("second_factor_required", "Send `otp`: a code of the app, or a recovery code.", 401)
    try:
        spend_code(user=user, code=otp, request=request._request)
    except CannotSpendCode as refusal:
        if refusal.locked:
            raise _locked_out() from refusal
        raise Problem("invalid_second_factor", str(refusal), 401) from refusal


def _locked_out() -> Problem:
    wait = int(settings.AXES_COOLOFF_TIME.total_seconds())
    detail = "Too many failures from this address; nothing is looked at for a while."
    return Problem("locked_out", detail, 429, headers={"Retry-After": str(wait)})


class LogoutView(ApiView):
    idempotent = False

    @extend_schema(request=LogoutSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Make the token useless, or all of the person's. API keys are revoked instead, sessions end in the
        browser."""
        if read(LogoutSerializer, request.data)["all"] and self.caller.user is not None:
            login_tokens.end_all(user=self.caller.user)
        elif isinstance(request.auth, AuthToken):
            request.auth.delete()
        else:
            raise Problem("no_token", "Only a token of auth/login signs out here.")
        return Response(status=204)


class MeView(ApiView):
    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """The caller, and the organizations that a person belongs to."""
        if isinstance(request.auth, ApiKey):
            return Response(MeSerializer({"user": None, "organizations": [], "api_key": request.auth}).data)
        with ordinary_role("own memberships"):
            return self._person()

    def _person(self) -> Response:
        memberships = Membership.objects.filter(user=self.caller.user, organization__deleted_at=None)
        rows = memberships.select_related("organization").order_by("pk")
        return Response(MeSerializer({"user": self.caller.user, "organizations": rows, "api_key": None}).data)


def _wrong() -> Problem:
    """One answer, whatever was wrong."""
    return Problem("invalid_credentials", "E-mail address or password is wrong.", 401)
