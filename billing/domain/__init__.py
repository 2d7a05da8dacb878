"""Arithmetic and rules, without Django."""
