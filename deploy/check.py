"""`make check`: what CI runs, step by step, each with its time. All steps run; the exit status is 1 if one failed."""

import base64
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from deploy.embedded.failure import CannotStart
from deploy.embedded.home import REPOSITORY
from deploy.embedded.testing import TestServer, test_server

_SCRIPTS = Path(sys.executable).parent
_DATABASE = "test_check"
_AUDIT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    run: Callable[[], bool]


def main() -> int:
    try:
        with test_server(in_memory=True) as server:
            return _run_all(server)
    except CannotStart as failure:
        print(failure, file=sys.stderr)
        return 1


def _run_all(server: TestServer) -> int:
    server.drop(_DATABASE)
    server.create(_DATABASE)
    production = production_like(server)
    table = [(step, *_timed(step)) for step in _steps(production)]
    server.drop(_DATABASE)
    print("\nmake check")
    for step, passed, seconds in table:
        print(f"  {'passed' if passed else 'FAILED'}  {seconds:7.1f} s  {step.title}")
    return 0 if all(passed for _, passed, _ in table) else 1


def _steps(production: dict[str, str]) -> list[Step]:
    manage = [sys.executable, "manage.py"]
    commands = {
        "lint": [str(_SCRIPTS / "ruff"), "check"],
        "format": [str(_SCRIPTS / "ruff"), "format", "--check", "--quiet"],
        "types": [str(_SCRIPTS / "mypy")],
        "import contracts": [str(_SCRIPTS / "lint-imports")],
        "migrations complete": [*manage, "makemigrations", "--check", "--dry-run"],
        "deployment checks": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
    }
    steps = [Step(title, partial(_call, words, production)) for title, words in commands.items()]
    tests = [sys.executable, "-m", "pytest", "-n", "2", "-m", "not e2e"]
    return [
        *steps,
        Step("known vulnerabilities", audit_dependencies),
        Step("tests", partial(_call, tests, dict(os.environ))),
    ]


def _timed(step: Step) -> tuple[bool, float]:
    print(f"\n== {step.title}", flush=True)
    started = time.monotonic()
    return step.run(), time.monotonic() - started


def _call(words: list[str], environment: dict[str, str]) -> bool:
    return subprocess.run(words, cwd=REPOSITORY, env=environment, check=False).returncode == 0


def production_like(server: TestServer) -> dict[str, str]:
    """Settings as in production, for checks that would pass by accident with those of development."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ENVIRONMENT": "production",
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ENCRYPTION_KEY": secrets.token_urlsafe(32),
        "AUDIT_SIGNING_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "AUDIT_ANCHOR_URL": "s3://anchors.example.com/countinghouse",
        "ALLOWED_HOSTS": "billing.example.com",
        "DATABASE_URL": server.dsn("app_rw", _DATABASE),
        "DIRECT_URL": server.dsn("app_owner", _DATABASE),
        "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
        "CACHE_URL": "redis://127.0.0.1:6379/1",
        "EMAIL_URL": "smtp+tls://billing:secret@mail.example.com:587",
        "DEFAULT_FROM_EMAIL": "billing@example.com",
        "STRIPE_SECRET_KEY": f"sk_live_{secrets.token_hex(16)}",
        "STRIPE_PUBLISHABLE_KEY": f"pk_live_{secrets.token_hex(16)}",
        "STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(16)}",
    }


def audit_dependencies() -> bool:
    """False only for a known vulnerability. Where the database is out of reach, says so and lets the check pass."""
    words = [str(_SCRIPTS / "pip-audit"), "--format", "json", "--progress-spinner", "off", "--disable-pip"]
    words += ["--require-hashes", "--requirement", "requirements.txt", "--timeout", "10"]
    try:
        done = subprocess.run(
            words, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=_AUDIT_SECONDS
        )
    except subprocess.TimeoutExpired:
        print(f"SKIPPED: the vulnerability database did not answer within {_AUDIT_SECONDS} s.")
        return True
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        reason = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        print(f"SKIPPED: the vulnerability database is not reachable from here ({reason[:200]}).")
        return True
    return _report(packages)


def _report(packages: list[dict[str, Any]]) -> bool:
    audited = [package for package in packages if "skip_reason" not in package]
    if not audited:
        print(f"SKIPPED: the vulnerability database knows none of the {len(packages)} packages from here.")
        return True
    found = [package for package in audited if package.get("vulns")]
    for package in found:
        print(f"{package['name']} {package['version']}: {json.dumps(package['vulns'])}")
    print(f"{len(audited)} of {len(packages)} packages looked up, {len(found)} with a known vulnerability.")
    return not found


if __name__ == "__main__":
    sys.exit(main())
