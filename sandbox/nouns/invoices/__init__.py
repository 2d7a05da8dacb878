"""Invoices, what is on them, what pays them, what is taken back from them."""
