"""The admin with our own site class in place of Django's."""

from django.contrib.admin.apps import AdminConfig


class CountinghouseAdminConfig(AdminConfig):
    default_site = "billing.admin.site.CountinghouseAdminSite"
