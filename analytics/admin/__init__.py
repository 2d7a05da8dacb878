"""Analytics on the staff's site: its panels on the home page, and the ledger."""

from analytics.admin import movements, panels  # noqa: F401 - each registers itself
