"""The variables that web, worker, beat and management commands get, beside those that the person has set."""

from audit.roles import BROKER, ORDINARY, OWNER
from deploy.embedded.given import Given
from deploy.embedded.home import Home
from deploy.embedded.installation import DATABASE, Installation
from deploy.embedded.ports import LOOPBACK
from deploy.embedded.server_address import ServerAddress

Variables = dict[str, str]

# Given by the person, each of these takes the place of something embedded
YIELDING = (
    "DATABASE_URL",
    "DIRECT_URL",
    "CELERY_BROKER_URL",
    "CACHE_URL",
    "STRIPE_SECRET_KEY",
    "STRIPE_PUBLISHABLE_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "STRIPE_API_BASE",
)


def general(home: Home, installation: Installation, *, demo: bool) -> Variables:
    """What any installation of one machine needs. It is reached at http://localhost: nothing may demand TLS."""
    return {
        "SECRET_KEY": installation.secret_key,
        "ENCRYPTION_KEY": installation.encryption_key,
        "AUDIT_SIGNING_KEY": installation.audit_signing_key,
        "AUDIT_ANCHOR_URL": f"file://{home.path / 'audit-anchors'}",
        "DEBUG": "false",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "HTTPS_ONLY": "false",
        "STAFF_MFA_REQUIRED": "false" if demo else "true",
        **({"RATE_LIMIT_REQUESTS": "1000000"} if demo else {}),  # the demo's key is there to be tried out, by load too
        "ENVIRONMENT": "demo" if demo else "development",
        "CACHE_URL": "dbcache://cache",
        "EMAIL_URL": f"filemail:///{home.path / 'mail'}",
        "STATIC_ROOT": str(home.static),
        "PROMETHEUS_MULTIPROC_DIR": str(home.metrics),
        "COUNTINGHOUSE_HOME": str(home.path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
    }


def database(superuser: ServerAddress, installation: Installation) -> Variables:
    """The embedded server, as the ordinary role and as the owner."""
    there = superuser.to_database(DATABASE)
    return {
        "DATABASE_URL": there.as_role(ORDINARY, installation.passwords[ORDINARY]).url(),
        "DIRECT_URL": there.as_role(OWNER, installation.passwords[OWNER]).url(),
    }


def broker(superuser: ServerAddress, installation: Installation) -> Variables:
    """The queue on the embedded server, as its own role."""
    there = superuser.to_database(DATABASE).as_role(BROKER, installation.passwords[BROKER])
    return {"CELERY_BROKER_URL": there.url("pgmq")}


def broker_on(direct_url: str) -> Variables:
    """The queue on a server of the person's own, on a straight connection: it listens for notifications."""
    return {"CELERY_BROKER_URL": ServerAddress.from_url(direct_url).url("pgmq")}


def stripe(installation: Installation, port: int) -> Variables:
    """The sandbox in Stripe's place. The signing secret follows once its endpoint is made."""
    return {
        "STRIPE_SECRET_KEY": installation.stripe_secret_key,
        "STRIPE_PUBLISHABLE_KEY": installation.stripe_publishable_key,
        "STRIPE_API_BASE": f"http://{LOOPBACK}:{port}",
    }


def completed(given: Given, ours: Variables) -> Variables:
    """The whole environment of a child: what the person has set wins over ours."""
    set_by_person = {name: value for name, value in given.variables.items() if value}
    return {**{name: value for name, value in ours.items() if not given.has(name)}, **set_by_person}
