"""One concept a file; this module names them all for Django."""

from analytics.models.fx_rate import FxRate
from analytics.models.known_state import KnownState
from analytics.models.ledger_due import LedgerDue
from analytics.models.mrr_movement import MrrMovement

__all__ = ["FxRate", "KnownState", "LedgerDue", "MrrMovement"]
