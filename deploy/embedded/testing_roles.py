"""Passwords of the roles on a test server, and the guard against changing those of a server in use."""

import hashlib
import hmac

import psycopg

from audit import roles
from deploy.embedded.failure import CannotStart
from deploy.embedded.server_address import ServerAddress


def derived_passwords(secret: str) -> dict[str, str]:
    """One password a role, the same in every run against the same server."""
    return {role: hmac.digest(secret.encode(), role.encode(), hashlib.sha256).hex()[:32] for role in roles.LOGIN_ROLES}


def install_on_own_server(superuser: ServerAddress, passwords: dict[str, str]) -> None:
    """Prepare the roles on a server of the user's own, unless they belong to somebody.

    Roles are shared by all databases of a server. Where one exists and does not let us in with the password
    that tests would set, an installation uses it: raises CannotStart and changes nothing.
    """
    with psycopg.connect(superuser.url(), autocommit=True) as connection:
        rows = connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(passwords)]).fetchall()
    for (role,) in rows:
        _refuse_role_in_use(superuser.as_role(role, passwords[role]))
    roles.install_roles(superuser.url(), passwords, createdb=True)


def _refuse_role_in_use(address: ServerAddress) -> None:
    try:
        psycopg.connect(address.url()).close()
    except psycopg.OperationalError as error:
        raise CannotStart(
            f"The server of DATABASE_URL has a role {address.user} already, with a password that is not the tests'. "
            "Tests would change it for every database of that server: give them a server of their own, "
            "or unset DATABASE_URL to use the embedded one."
        ) from error
