"""The log and what proves it. Nothing here is written by these models: the database's `audit_append` alone does."""

from audit.models.chain import ChainHead, ChainNode
from audit.models.entry import AuditEntry
from audit.models.personal_detail import PersonalDetail
from audit.models.watch import Anchor, Verification

__all__ = ["Anchor", "AuditEntry", "ChainHead", "ChainNode", "PersonalDetail", "Verification"]
