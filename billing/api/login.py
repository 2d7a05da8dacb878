"""Signing in to the API, out of it, and who one is."""

from typing import Any

from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.problem import Problem
from billing.api.roles import SCOPES_OF
from billing.api.subscription_inputs import read
from billing.api.times import InstantField
from billing.api.views import ApiView, PublicView
from billing.domain.rate import Limit
from billing.limits.policies import SIGN_IN
from billing.models import ApiKey, Membership
from billing.models.membership import Role


class CredentialsSerializer(serializers.Serializer):
    """`username` is read as `email`."""

    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=1024, trim_whitespace=False)

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
    role = serializers.ChoiceField(choices=Role.choices)
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


class LoginView(PublicView):
    def own_limit(self) -> Limit:
        return SIGN_IN

    @extend_schema(request=CredentialsSerializer, responses=TokenSerializer)
    def post(self, request: Request) -> Response:
        """Give a token for e-mail and password. Unknown accounts take as long as wrong passwords."""
        given = read(CredentialsSerializer, request.data)
        user = authenticate(request._request, username=given["email"], password=given["password"])
        if user is None:
            raise Problem("invalid_credentials", "E-mail address or password is wrong.", 401)
        row, token = AuthToken.objects.create(user=user)
        return Response(TokenSerializer({"token": token, "expires_at": row.expiry, "user": user}).data)


class LogoutView(ApiView):
    idempotent = False

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Make the token useless. API keys are revoked instead, sessions end in the browser."""
        if not isinstance(request.auth, AuthToken):
            raise Problem("no_token", "Only a token of auth/login signs out here.")
        request.auth.delete()
        return Response(status=204)


class MeView(ApiView):
    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """The caller, and the organizations that a person belongs to."""
        if isinstance(request.auth, ApiKey):
            return Response(MeSerializer({"user": None, "organizations": [], "api_key": request.auth}).data)
        memberships = Membership.objects.filter(user=self.caller.user, organization__deleted_at=None)
        rows = memberships.select_related("organization").order_by("pk")
        return Response(MeSerializer({"user": self.caller.user, "organizations": rows, "api_key": None}).data)
