"""`python -m deploy.embedded run | manage ... | psql | status | roles`."""

import argparse
import os
import sys

from audit.roles import LOGIN_ROLES, OWNER
from deploy.embedded import looking
from deploy.embedded.failure import CannotStart
from deploy.embedded.home import Home
from deploy.embedded.initdb import SUPERUSER
from deploy.embedded.manage import manage
from deploy.embedded.run import run
from deploy.embedded.stopping import Stopped


def main(arguments: list[str]) -> int:
    words = _parsed(arguments)
    home = Home.from_environment()
    try:
        return _call(words, home)
    except CannotStart as failure:
        print(failure, file=sys.stderr)
        return 1
    except (Stopped, KeyboardInterrupt):
        return 130


def _call(words: argparse.Namespace, home: Home) -> int:
    match words.command:
        case "run":
            return run(home, words.port)
        case "manage":
            return manage(home, words.port, words.words)
        case "psql":
            return looking.psql(home, words.role, words.words)
        case "roles":
            return looking.print_roles(words.database)
        case _:
            return looking.status(home)


def _parsed(arguments: list[str]) -> argparse.Namespace:
    """What follows `manage` or `psql` is theirs, options included."""
    parser = _parser()
    if arguments[:1] == ["manage"]:
        return argparse.Namespace(command="manage", words=arguments[1:], port=_port())
    words, rest = parser.parse_known_args(arguments)
    if rest and words.command != "psql":
        parser.error(f"unknown: {' '.join(rest)}")
    words.words = rest
    return words


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.embedded", description="The embedded installation.")
    parser.set_defaults(port=_port())
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything and stay until Ctrl-C")
    commands.add_parser("manage", help="run a management command: manage process_webhooks --help")
    psql_parser = commands.add_parser("psql", help="a SQL prompt in the running installation; takes psql's options")
    psql_parser.add_argument("--role", choices=[*LOGIN_ROLES, SUPERUSER], default=OWNER)
    commands.add_parser("status", help="say what runs")
    roles_parser = commands.add_parser("roles", help="print the SQL that prepares a database of your own")
    roles_parser.add_argument("--database", default="countinghouse")
    return parser


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65_536:
        sys.exit(f"PORT is {text!r}: write a number from 1 to 65535.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
