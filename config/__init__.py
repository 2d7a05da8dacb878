"""Deployment: settings, urls, Celery, WSGI. May import every app; no app imports it."""

from config.celery import app as celery_app  # every process that enqueues needs the configured application

__all__ = ["celery_app"]
