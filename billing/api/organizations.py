"""Organizations: registered by staff, read and changed by themselves."""

from typing import Any
from zoneinfo import available_timezones

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.money import MoneyField
from billing.api.outcomes import AcceptedSerializer
from billing.api.subscription_inputs import read
from billing.api.times import InstantField
from billing.api.views import OrganizationView, StaffView
from billing.domain.permissions import Capability
from billing.domain.scopes import Scope
from billing.models import Organization, StripeCommand
from billing.services import organization_settings, organizations


class OrganizationSerializer(serializers.Serializer):
    """`balance` is Stripe's: negative is credit, positive is owed."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    email = serializers.CharField()
    currency = serializers.CharField()
    time_zone = serializers.CharField()
    locale = serializers.CharField()
    balance = MoneyField()
    delinquent = serializers.BooleanField()
    stripe_customer = serializers.CharField(source="stripe_customer_id", allow_null=True)
    default_payment_method = serializers.CharField(source="default_payment_method_id")
    created_at = InstantField()


class TimeZoneField(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        name = str(super().to_internal_value(data))
        if name not in available_timezones():
            raise serializers.ValidationError(f"{name!r} is not a time zone; write e.g. Europe/Berlin.", "time_zone")
        return name


class SettingsSerializer(serializers.Serializer):
    """Name, e-mail and payment details are Stripe's: they are changed there."""

    time_zone = TimeZoneField(max_length=64, required=False)
    locale = serializers.RegexField(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=16, required=False)


class RegistrationSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=255)
    email = serializers.EmailField(max_length=512)
    currency = serializers.RegexField(r"^[A-Za-z]{3}$", default="usd")
    time_zone = TimeZoneField(max_length=64, default="UTC")
    locale = serializers.RegexField(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=16, default="en")


class OrganizationsView(StaffView):
    operations = frozenset({"customers.create"})
    scopes = {"POST": Scope.BILLING_WRITE}
    permissions = {"POST": "billing.add_organization"}

    @extend_schema(request=RegistrationSerializer, responses={201: OrganizationSerializer, 202: AcceptedSerializer})
    def post(self, request: Request) -> Response:
        """Register a customer company, here and at Stripe."""
        registered = organizations.register(by=self.actor, **read(RegistrationSerializer, request.data))
        return Response(OrganizationSerializer(registered).data, status=201)

    def answer_for(self, command: StripeCommand) -> Response:
        registered = Organization.objects.get(stripe_customer_id=command.result_id)
        return Response(OrganizationSerializer(registered).data, status=201)


class OrganizationDetailView(OrganizationView):
    needs = {"GET": Capability.BILLING_READ, "PATCH": Capability.BILLING_WRITE}

    @extend_schema(responses=OrganizationSerializer)
    def get(self, request: Request) -> Response:
        return Response(OrganizationSerializer(Organization.objects.get(pk=self.organization.pk)).data)

    @extend_schema(request=SettingsSerializer, responses=OrganizationSerializer)
    def patch(self, request: Request) -> Response:
        changed = organization_settings.change(
            organization=self.organization, changes=read(SettingsSerializer, request.data), by=self.actor
        )
        return Response(OrganizationSerializer(changed).data)
