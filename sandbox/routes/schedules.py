"""Subscription schedules."""

from sandbox.nouns.reading import retriever
from sandbox.nouns.schedules import schedule_params as params
from sandbox.nouns.schedules import subscription_schedules as schedules
from sandbox.operations.router import Row

ROWS: list[Row] = [
    ("GET", "/v1/subscription_schedules", schedules.list_all, params.LIST),
    ("POST", "/v1/subscription_schedules", schedules.create, params.CREATE),
    ("GET", "/v1/subscription_schedules/{id}", retriever("subscription_schedule"), {}),
    ("POST", "/v1/subscription_schedules/{id}", schedules.update, params.UPDATE),
    ("POST", "/v1/subscription_schedules/{id}/cancel", schedules.cancel, params.CANCEL),
    ("POST", "/v1/subscription_schedules/{id}/release", schedules.release, params.RELEASE),
]  # fmt: skip
