"""An organization's API keys."""

from datetime import datetime

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.caller import Caller
from billing.api.ids import not_found
from billing.api.pagination import PAGING, KeysetPagination, page_of
from billing.api.problem import Problem
from billing.api.rendering import to_json
from billing.api.roles import ADMINISTRATORS
from billing.api.subscription_inputs import read
from billing.api.times import InstantField
from billing.api.views import OrganizationView
from billing.domain.scopes import OF_AN_ORGANIZATION, Scope
from billing.models import ApiKey
from billing.services import api_keys

NEWEST_FIRST = ("-id",)


class ApiKeySerializer(serializers.Serializer):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    last_four = serializers.CharField()
    live = serializers.BooleanField()
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = InstantField()
    expires_at = InstantField(allow_null=True)
    last_used_at = InstantField(allow_null=True)
    revoked_at = InstantField(allow_null=True)


class NewApiKeySerializer(ApiKeySerializer):
    """`secret` is shown in this answer alone; a repeated request answers it as null."""

    secret = serializers.CharField(allow_null=True)


class ApiKeyRequestSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=255)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=sorted(OF_AN_ORGANIZATION)), allow_empty=False, max_length=16
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class ApiKeysView(OrganizationView):
    scopes = {"GET": Scope.BILLING_READ, "POST": Scope.BILLING_WRITE}
    roles = {"GET": ADMINISTRATORS, "POST": ADMINISTRATORS}
    reads_as_customer = False  # keys are closed to customers' requests: authentication reads them

    @extend_schema(operation_id="api_keys_list", parameters=PAGING, responses=page_of(ApiKeySerializer))
    def get(self, request: Request) -> Response:
        """The organization's keys, revoked ones too, newest first."""
        rows = ApiKey.objects.filter(organization=self.organization)
        return KeysetPagination[ApiKey](NEWEST_FIRST).respond(
            request, rows, lambda page: ApiKeySerializer(page, many=True).data
        )

    @extend_schema(request=ApiKeyRequestSerializer, responses={201: NewApiKeySerializer})
    def post(self, request: Request) -> Response:
        """Issue a key with at most the caller's own scopes, which lives no longer than the caller's own key."""
        given = read(ApiKeyRequestSerializer, request.data)
        issued = api_keys.issue(
            organization=self.organization,
            name=given["name"],
            scopes=_within(self.caller, given["scopes"]),
            expires_at=_expiry(self.caller, given.get("expires_at")),
            by=self.actor,
        )
        shown = ApiKeySerializer(issued.key).data
        response = Response({**shown, "secret": issued.secret}, status=201)
        response.kept_body = to_json({**shown, "secret": None})  # type: ignore[attr-defined]
        return response


class ApiKeyView(OrganizationView):
    scopes = {"DELETE": Scope.BILLING_WRITE}
    roles = {"DELETE": ADMINISTRATORS}

    @extend_schema(request=None, responses=ApiKeySerializer)
    def delete(self, request: Request, key_id: str) -> Response:
        """Revoke a key, at once and for good."""
        key = ApiKey.objects.filter(organization=self.organization, public_id=key_id).first()
        if key is None:
            raise not_found("API key")
        api_keys.revoke(key=key, now=timezone.now(), by=self.actor)
        return Response(ApiKeySerializer(key).data)


def _within(caller: Caller, scopes: list[str]) -> list[str]:
    beyond = sorted(set(scopes) - caller.scopes)
    if beyond:
        raise Problem("scope_not_held", f"You cannot hand out what you do not have: {', '.join(beyond)}.", 403)
    return scopes


def _expiry(caller: Caller, wanted: datetime | None) -> datetime | None:
    """Not later than the caller's own key ends: else a key could outlive its end by issuing another."""
    if wanted is not None and wanted <= timezone.now():
        raise Problem("expired", "expires_at is in the past.")
    own = caller.key.expires_at if caller.key else None
    return wanted if own is None or (wanted is not None and wanted <= own) else own
