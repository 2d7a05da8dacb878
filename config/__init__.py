"""Deployment: settings, urls, Celery, WSGI. May import every app; no app imports it."""
