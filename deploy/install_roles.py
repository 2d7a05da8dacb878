"""Prepare the roles of a database server that runs for this product alone: once, and again after an update.

    DATABASE_URL=postgres://postgres:...@db/countinghouse APP_OWNER_PASSWORD=... APP_RW_PASSWORD=... \
        python -m deploy.install_roles

`DATABASE_URL` is a superuser's here. `APP_BROKER_PASSWORD` only where the broker is to be on PostgreSQL.
"""

import os
import sys

import psycopg

from audit import roles

_PASSWORDS = {
    roles.OWNER: "APP_OWNER_PASSWORD",
    roles.ORDINARY: "APP_RW_PASSWORD",
    roles.BROKER: "APP_BROKER_PASSWORD",
}


def main() -> int:
    url = os.environ.get("DATABASE_URL")
    if not url:
        print("DATABASE_URL is not set: give a superuser's address of the database to prepare.", file=sys.stderr)
        return 1
    passwords = {role: os.environ[name] for role, name in _PASSWORDS.items() if os.environ.get(name)}
    try:
        roles.install_roles(url, passwords)
        roles.install_in_database(url)
    except psycopg.Error as error:
        print(f"The roles could not be prepared: {error}", file=sys.stderr)
        return 1
    print(f"Prepared {', '.join(roles.ROLES)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
