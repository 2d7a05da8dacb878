"""An organization's API keys."""

from datetime import datetime, timedelta

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
from billing.api.subscription_inputs import read
from billing.api.times import InstantField
from billing.api.views import OrganizationView
from billing.domain.permissions import Capability
from billing.domain.scopes import OF_AN_ORGANIZATION
from billing.models import ApiKey, Organization
from billing.models.api_key import IssuedKey
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
    replaces = serializers.CharField(source="replaces.public_id", default=None, allow_null=True)
    replaced_by = serializers.CharField(source="successor.public_id", default=None, allow_null=True)


class NewApiKeySerializer(ApiKeySerializer):
    """`secret` is shown in this answer alone; a repeated request answers it as null."""

    secret = serializers.CharField(allow_null=True)


class ApiKeyRequestSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=255)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=sorted(OF_AN_ORGANIZATION)), allow_empty=False, max_length=16
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class RotationSerializer(serializers.Serializer):
    overlap = serializers.IntegerField(
        min_value=0,
        max_value=int(api_keys.LONGEST_OVERLAP.total_seconds()),
        default=int(api_keys.DEFAULT_OVERLAP.total_seconds()),
        help_text="Seconds for which the old key opens the door beside the new one.",
    )


class ApiKeysView(OrganizationView):
    needs = {"GET": Capability.API_KEYS_READ, "POST": Capability.API_KEYS_MANAGE}
    is_local = True
    reads_as_customer = False  # keys are closed to customers' requests: authentication reads them

    @extend_schema(operation_id="api_keys_list", parameters=PAGING, responses=page_of(ApiKeySerializer))
    def get(self, request: Request) -> Response:
        """The organization's keys, revoked ones too, newest first."""
        rows = ApiKey.objects.filter(organization=self.organization).select_related("replaces", "replaced_by")
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
        return _shown_once(issued)


class ApiKeyView(OrganizationView):
    needs = {"DELETE": Capability.API_KEYS_MANAGE}
    is_local = True

    @extend_schema(request=None, responses=ApiKeySerializer)
    def delete(self, request: Request, key_id: str) -> Response:
        """Revoke a key, at once and for good."""
        key = _named(self.organization, key_id)
        api_keys.revoke(key=key, now=timezone.now(), by=self.actor)
        return Response(ApiKeySerializer(key).data)


class RotationView(OrganizationView):
    needs = {"POST": Capability.API_KEYS_MANAGE}
    is_local = True

    @extend_schema(request=RotationSerializer, responses={201: NewApiKeySerializer})
    def post(self, request: Request, key_id: str) -> Response:
        """Make a key in this one's place, with its name, scopes and end. The old one ends after the overlap."""
        given = read(RotationSerializer, request.data)
        key = _named(self.organization, key_id)
        _within(self.caller, key.scopes)
        issued = api_keys.rotate(
            key=key,
            overlap=timedelta(seconds=given["overlap"]),
            expires_at=self.caller.key.expires_at if self.caller.key else None,
            now=timezone.now(),
            by=self.actor,
        )
        return _shown_once(issued)


def _named(organization: Organization, key_id: str) -> ApiKey:
    key = ApiKey.objects.filter(organization=organization, public_id=key_id).first()
    if key is None:
        raise not_found("API key")
    return key


def _shown_once(issued: IssuedKey) -> Response:
    """The new key with its secret; what is kept under an `Idempotency-Key` is without it."""
    shown = ApiKeySerializer(issued.key).data
    response = Response({**shown, "secret": issued.secret}, status=201)
    response.kept_body = to_json({**shown, "secret": None})  # type: ignore[attr-defined]
    return response


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
