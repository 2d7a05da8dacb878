"""Snapshots, mirror and projection again from Stripe's API."""
