"""Customers and their tax ids."""
