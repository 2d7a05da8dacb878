"""Entries of the log and proofs as the API shows them. Hashes are base64."""

import base64
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from audit.actions import UnknownAction, sentence_for
from audit.models import AuditEntry
from audit.proofs import Proof
from billing.api.times import InstantField


def entry_id(chain: int, sequence: int) -> str:
    return f"log_{chain}_{sequence}"


def encoded(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


class AuditActorSerializer(serializers.Serializer):
    """`for_user` is the user whose place a member of staff had taken, else empty."""

    kind = serializers.CharField(source="actor_kind")
    id = serializers.CharField(source="actor_id")
    for_user = serializers.CharField()


class AuditTargetSerializer(serializers.Serializer):
    type = serializers.CharField(source="target_type")
    id = serializers.CharField(source="target_id")


class AuditEntrySerializer(serializers.Serializer):
    """`hash` is SHA-256 over `previous_hash` and `content`; personal details are not in `content`."""

    id = serializers.SerializerMethodField()
    sequence = serializers.IntegerField()
    action = serializers.CharField()
    sentence = serializers.SerializerMethodField()
    actor = AuditActorSerializer(source="*")
    target = AuditTargetSerializer(source="*")
    before = serializers.DictField()
    after = serializers.DictField()
    reason = serializers.CharField()
    ip_address = serializers.CharField(allow_null=True)
    details_erased = serializers.BooleanField()
    request_id = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    created_at = InstantField()
    content = serializers.CharField()
    previous_hash = serializers.SerializerMethodField()
    hash = serializers.SerializerMethodField()

    def get_id(self, row: AuditEntry) -> str:
        return entry_id(row.chain, row.sequence)

    def get_sentence(self, row: AuditEntry) -> str:
        try:
            return sentence_for(row)
        except UnknownAction:
            return f"{row.action} {row.target_id}"

    def get_previous_hash(self, row: Any) -> str:
        return encoded(row.previous_hash)

    def get_hash(self, row: AuditEntry) -> str:
        return encoded(bytes(row.hash))


class TreeHeadSerializer(serializers.Serializer):
    """`root` is hexadecimal. Without `signature` where the installation has no key to sign with."""

    chain = serializers.IntegerField()
    size = serializers.IntegerField()
    root = serializers.CharField()  # type: ignore[assignment]
    time = serializers.CharField()
    key_id = serializers.CharField(required=False)
    signature = serializers.CharField(required=False)


class AuditProofSerializer(serializers.Serializer):
    """`path` leads from the entry's hash to the root of `tree_head`."""

    id = serializers.SerializerMethodField()
    hash = serializers.SerializerMethodField()
    index = serializers.IntegerField(source="proof.index")
    path = serializers.SerializerMethodField()
    tree_head = TreeHeadSerializer()

    def get_id(self, row: dict[str, Any]) -> str:
        proof: Proof = row["proof"]
        return entry_id(proof.chain, proof.index + 1)

    def get_hash(self, row: dict[str, Any]) -> str:
        return encoded(row["proof"].hash)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_path(self, row: dict[str, Any]) -> list[str]:
        return [encoded(digest) for digest in row["proof"].path]
