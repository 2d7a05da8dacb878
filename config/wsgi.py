import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from audit.serving import guard_connections  # noqa: E402 - only once Django is set up

guard_connections()
