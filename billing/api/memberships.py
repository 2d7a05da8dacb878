"""Who belongs to the organization."""

from django.db.models import prefetch_related_objects
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.context import tenant
from billing.api.pagination import PAGING, KeysetPagination, page_of
from billing.api.times import InstantField
from billing.api.views import OrganizationView
from billing.domain.permissions import Capability, Role
from billing.models import Membership

OLDEST_FIRST = ("id",)


class MembershipSerializer(serializers.Serializer):
    id = serializers.CharField(source="public_id")
    email = serializers.CharField(source="user.email")
    name = serializers.CharField(source="user.name")
    role = serializers.ChoiceField(choices=list(Role))
    created_at = InstantField()


class MembershipsView(OrganizationView):
    needs = {"GET": Capability.MEMBERS_READ}
    reads_as_customer = False  # users are closed to customers' requests: they belong to several organizations

    @extend_schema(operation_id="memberships_list", parameters=PAGING, responses=page_of(MembershipSerializer))
    def get(self, request: Request) -> Response:
        """Members, the longest-standing first."""
        rows = Membership.objects.filter(organization=self.organization)
        with tenant(self.organization.pk):
            response = KeysetPagination[Membership](OLDEST_FIRST).respond(request, rows, list)
        members = response.data["data"]
        prefetch_related_objects(members, "user")
        response.data["data"] = MembershipSerializer(members, many=True).data
        return response
