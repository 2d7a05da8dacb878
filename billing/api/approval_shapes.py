"""Approvals as the API shows them."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from billing.api.money import MoneyField
from billing.api.times import InstantField
from billing.models import Approval
from billing.models.approval import ApprovalStatus


class ActorSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text="`staff` or `api_key`.")
    id = serializers.CharField()


class TargetSerializer(serializers.Serializer):
    type = serializers.CharField(help_text="e.g. `payment`.")
    id = serializers.CharField()


class ApprovalSerializer(serializers.Serializer):
    """Something that waits for a second person, or did. Nothing is done before it is approved."""

    id = serializers.CharField(source="public_id")
    status = serializers.ChoiceField(choices=ApprovalStatus.choices)
    verb = serializers.CharField(help_text="e.g. `payment.refund`.")
    target = serializers.SerializerMethodField()
    organization = serializers.SerializerMethodField()
    amount = MoneyField()
    reason = serializers.CharField()
    asked_by = serializers.SerializerMethodField()
    asked_at = InstantField()
    expires_at = InstantField()
    decided_by = serializers.CharField(source="decided_by_id", help_text="The id of a member of staff; may be empty.")
    decided_at = InstantField(allow_null=True)
    decision_reason = serializers.CharField()
    executed_at = InstantField(allow_null=True)
    outcome = serializers.CharField(help_text="The id of what was made, or why nothing was.")

    @extend_schema_field(TargetSerializer)
    def get_target(self, row: Approval) -> dict[str, str]:
        return {"type": row.target_type, "id": row.target_id}

    def get_organization(self, row: Approval) -> str | None:
        return row.organization.public_id if row.organization else None

    @extend_schema_field(ActorSerializer)
    def get_asked_by(self, row: Approval) -> dict[str, str]:
        return {"kind": row.asked_by_kind, "id": row.asked_by_id}


class ApprovalNeededSerializer(serializers.Serializer):
    """Nothing was done: a second person has to approve it first."""

    approval = ApprovalSerializer()
