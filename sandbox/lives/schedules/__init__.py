"""Phases, one after the other."""
