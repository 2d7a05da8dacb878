"""Staff's pages of usage: what is counted, and what arrives. Read-only: meters come from the catalog."""

from usage.admin import meter, usage_event

__all__ = ["meter", "usage_event"]
