"""Meters, what they count, and what features are for."""
