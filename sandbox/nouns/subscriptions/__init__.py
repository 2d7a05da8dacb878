"""Subscriptions, their items and discounts."""
