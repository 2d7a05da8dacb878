"""The product's own processes: web, worker, beat."""

import http.client
import os
import sys

from deploy.embedded.failure import CannotStart
from deploy.embedded.log_tail import tail
from deploy.embedded.ports import LOOPBACK
from deploy.embedded.processes import Child, Processes
from deploy.embedded.session import Session
from deploy.embedded.waiting import until

UNWATCHED = ("--without-gossip", "--without-mingle", "--without-heartbeat")
"""Workers need not know of each other, and nobody listens to their events, which the broker on PostgreSQL has no
exchange for. As in the Procfile and the compose file."""
_START_SECONDS = 90.0
_GRACE_SECONDS = "3"  # requests that still run when the web server is told to end


def start(session: Session) -> None:
    """Start all three at once and wait until the web server answers. Raises CannotStart, Stopped."""
    celery = [sys.executable, "-m", "celery", "-A", "config.celery"]
    # The control socket would lie in the home folder, shared with every other gunicorn of the account
    web = [sys.executable, "-m", "gunicorn", "config.wsgi", "--no-control-socket", "--bind"]
    web += [f"{LOOPBACK}:{session.port}", "--workers", "2", "--worker-class", "gthread", "--threads", "4"]
    web += ["--graceful-timeout", _GRACE_SECONDS, "--timeout", "60"]
    worker = [*celery, "worker", *UNWATCHED, "-c", "2", "--loglevel", "INFO"]
    beat = [*celery, "beat", "--loglevel", "INFO"]
    processes = session.processes
    child = processes.start("web", web, session.environment)
    processes.start("worker", worker, session.environment | _quiet_about_root())
    processes.start("beat", beat, session.environment)
    until(lambda: _settled(session, child), seconds=_START_SECONDS)
    session.stop.check()
    refuse_ended(processes)
    if not _answers(session.port):
        raise CannotStart(f"The web server did not answer. The end of {child.log}:\n{tail(child.log)}")


def refuse_ended(processes: Processes) -> None:
    """Raise CannotStart, with the end of its log, for a child that is not running any more."""
    child = processes.first_ended()
    if child is not None:
        raise CannotStart(
            f"The {child.name} process ended by itself (status {child.process.returncode}). "
            f"The end of {child.log}:\n{tail(child.log)}"
        )


def _settled(session: Session, web: Child) -> bool:
    ended = session.processes.first_ended() is not None
    return ended or session.stop.requested or web.ended() or _answers(session.port)


def _answers(port: int) -> bool:
    """Any answer counts: the health route also speaks of things that come later."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/api/v1/health")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()


def _quiet_about_root() -> dict[str, str]:
    """Celery warns of root because of pickled messages; ours are JSON."""
    return {"PYTHONWARNINGS": "ignore:You're running the worker"} if os.geteuid() == 0 else {}
