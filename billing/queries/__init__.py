"""Reads for API, portal, admin, usage and analytics."""
