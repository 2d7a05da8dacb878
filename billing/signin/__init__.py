"""Signing in, and staying signed in: second factors, lockout, sessions, and the confirmation before dangerous acts.

The staff's pages (billing/admin) and the API (billing/api) both lead here. What django-allauth and django-axes keep is
used; what is ours: who is counted for a failure (`lockout`), that a code works once (`factors`), how long a session
lives (`sessions`), and who acted lately enough (`recent`).
"""
