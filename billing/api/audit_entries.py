"""The log by the API: the organization's own entries, and proofs that they are in it."""

import re
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit.actions import all_actions
from audit.actor import ActorKind
from audit.models import AuditEntry
from audit.proofs import CannotProve, prove
from billing.api.audit_shapes import AuditEntrySerializer, AuditProofSerializer
from billing.api.ids import id_parameter, not_found
from billing.api.log_access import LogView
from billing.api.pagination import PAGING, KeysetPagination, page_of
from billing.api.problem import Problem
from billing.domain.permissions import Capability

NEWEST_FIRST = ("-sequence",)
FILTERS = [
    OpenApiParameter("action", str, description="Entries of this action, e.g. `subscription.updated`."),
    OpenApiParameter("target", str, description="Entries about the object with this id."),
]
SIZE = OpenApiParameter("size", int, description="Prove it for the tree of this many entries; of all by default.")
_ID = re.compile(r"log_(\d{1,18})_(\d{1,18})")


class AuditEntriesView(LogView):
    needs = {"GET": Capability.AUDIT_READ}

    @extend_schema(
        operation_id="audit_entries_list", parameters=[*FILTERS, *PAGING], responses=page_of(AuditEntrySerializer)
    )
    def get(self, request: Request) -> Response:
        """What was done, newest first. A key of the installation that names no organization reads the
        installation's own log."""
        rows = AuditEntry.objects.filter(chain=self.chain)
        if action := request.query_params.get("action", ""):
            rows = rows.filter(action=action) if action in all_actions() else rows.none()
        if target := id_parameter(request, "target"):
            rows = rows.filter(target_id=target)
        return KeysetPagination[AuditEntry](NEWEST_FIRST).respond(request, rows, self._shown)

    def _shown(self, page: list[AuditEntry]) -> Any:
        before = {row.sequence - 1 for row in page}
        hashes = AuditEntry.objects.filter(chain=self.chain, sequence__in=before).values_list("sequence", "hash")
        previous = {sequence: bytes(digest) for sequence, digest in hashes}
        for row in page:
            row.previous_hash = previous.get(row.sequence - 1, bytes(32))  # type: ignore[attr-defined]
            if not self.for_staff and row.actor_kind == ActorKind.STAFF:
                row.told.update(reason="", ip=None)  # ours, not the customer's
        return AuditEntrySerializer(page, many=True).data


class AuditProofView(LogView):
    needs = {"GET": Capability.AUDIT_READ}

    @extend_schema(operation_id="audit_proof", parameters=[SIZE], responses=AuditProofSerializer)
    def get(self, request: Request, entry_id: str) -> Response:
        """A proof of inclusion (RFC 9162) that needs no trust in this server beyond its signature."""
        found = _ID.fullmatch(entry_id)
        if found is None or int(found[1]) != self.chain:
            raise not_found("entry")
        try:
            proof = prove(chain=self.chain, sequence=int(found[2]), size=_size(request))
        except CannotProve:
            raise not_found("entry") from None
        return Response(AuditProofSerializer({"proof": proof, "tree_head": proof.tree_head(timezone.now())}).data)


def _size(request: Request) -> int | None:
    text = request.query_params.get("size", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 19):
        raise Problem("invalid_size", "size must be a number of entries.")
    return int(text)
