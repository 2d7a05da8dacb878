"""Timelines of their own, and leaving them."""
