"""Subscription schedules."""
