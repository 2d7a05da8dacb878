"""Charging, refunding, disputing, paying out, and the books of it."""
