"""Encryption keys of tests."""

OLD, NEW, THIRD = ("a" * 43 + "=", "b" * 43 + "=", "c" * 43 + "=")
