"""Who belongs to the organization."""

from django.db.models import prefetch_related_objects
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.context import tenant
from billing.api.caller import Caller
from billing.api.ids import not_found
from billing.api.pagination import PAGING, KeysetPagination, page_of
from billing.api.problem import Problem
from billing.api.subscription_inputs import read
from billing.api.times import InstantField
from billing.api.views import OrganizationView
from billing.domain.permissions import SCOPES_OF, Capability, Role
from billing.models import Membership
from billing.services import memberships

OLDEST_FIRST = ("id",)
NOTICE = "Somebody without an account has got one, and cannot sign in until a password is set."
"""The same whether there was an account: else this would tell who has one."""


class MembershipSerializer(serializers.Serializer):
    """`name` is empty until the person has acted for the organization."""

    id = serializers.CharField(source="public_id")
    email = serializers.CharField(source="user.email")
    name = serializers.SerializerMethodField()
    role = serializers.ChoiceField(choices=list(Role))
    created_at = InstantField()
    joined_at = InstantField(allow_null=True)

    def get_name(self, row: Membership) -> str:
        return row.user.name if row.joined_at else ""


class NewMembershipSerializer(MembershipSerializer):
    notice = serializers.CharField(help_text="What the person needs to sign in.")


class MembershipRequestSerializer(serializers.Serializer):
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(choices=list(Role), default=Role.VIEWER)


class RoleSerializer(serializers.Serializer):
    role = serializers.ChoiceField(choices=list(Role))


class MembershipsView(OrganizationView):
    needs = {"GET": Capability.MEMBERS_READ, "POST": Capability.MEMBERS_MANAGE}
    reads_as_customer = False  # users are closed to customers' requests: they belong to several organizations
    is_local = True

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

    @extend_schema(request=MembershipRequestSerializer, responses={201: NewMembershipSerializer})
    def post(self, request: Request) -> Response:
        """Add the person of this address. Whether there was an account already is not told."""
        given = read(MembershipRequestSerializer, request.data)
        _within(self.caller, given["role"])
        added = memberships.add(organization=self.organization, by=self.actor, **given)
        return Response({**MembershipSerializer(added).data, "notice": NOTICE}, status=201)


class MembershipView(OrganizationView):
    needs = {
        "GET": Capability.MEMBERS_READ,
        "PATCH": Capability.MEMBERS_MANAGE,
        "DELETE": Capability.MEMBERS_MANAGE,
    }
    reads_as_customer = False
    is_local = True
    membership: Membership

    def look_up(self) -> None:
        with tenant(self.organization.pk):
            found = Membership.objects.filter(
                organization=self.organization, public_id=self.kwargs["membership_id"]
            ).first()
        if found is None:
            raise not_found("member")
        self.membership = found

    @extend_schema(responses=MembershipSerializer)
    def get(self, request: Request, membership_id: str) -> Response:
        return Response(MembershipSerializer(self.membership).data)

    @extend_schema(request=RoleSerializer, responses=MembershipSerializer)
    def patch(self, request: Request, membership_id: str) -> Response:
        """Change the role. Only an owner makes and removes owners; the last one stays."""
        role = read(RoleSerializer, request.data)["role"]
        _within(self.caller, role)
        changed = memberships.change_role(membership=self.membership, role=role, by=self.actor)
        return Response(MembershipSerializer(changed).data)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, membership_id: str) -> Response:
        """Take the person out of the organization. The account stays."""
        memberships.remove(membership=self.membership, by=self.actor)
        return Response(status=204)


def _within(caller: Caller, role: str) -> None:
    """Nobody gives a role that may more than he may himself."""
    beyond = sorted(SCOPES_OF[role] - caller.scopes)
    if beyond:
        raise Problem("scope_not_held", f"You cannot give what you do not have: {', '.join(beyond)}.", 403)
