"""Quantities, windows and the judgement of one event, without Django."""
