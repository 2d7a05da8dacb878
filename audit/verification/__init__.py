"""Finds out whether the log is what was written, by reading all of it; asks none of the database's own functions."""
