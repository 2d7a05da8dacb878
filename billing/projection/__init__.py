"""Stripe's objects as typed, indexed rows with an organization.

One file per Stripe noun: a pure mapping, then one upsert. A row is a function of its object's newest snapshot
alone, so that any order of arrival, and a rebuild from the stored snapshots, ends in the same rows.
"""
