"""`make run`: the whole installation in one terminal, until Ctrl-C."""

import time
from contextlib import ExitStack
from typing import Any, NoReturn

from rich.markup import escape

from deploy.embedded import commands, credentials, demo, ground, ports, services, static_files
from deploy.embedded.cluster import Cluster
from deploy.embedded.failure import CannotStart
from deploy.embedded.home import Home
from deploy.embedded.lock import Held, Lock
from deploy.embedded.log_tail import tail
from deploy.embedded.processes import end_orphans
from deploy.embedded.progress import Progress
from deploy.embedded.session import Session, new_session, url_of
from deploy.embedded.stopping import Stopped

_WATCH_SECONDS = 0.2
_STATIC = "static_files"


def run(home: Home, port: int) -> int:
    """Start everything and stay until asked to stop: then 0. 1 where it cannot start or a process ends."""
    progress = Progress()
    try:
        lock = _take_lock(home, port)
    except CannotStart as failure:
        progress.fail(str(failure))
        return 1
    with ExitStack() as stack:
        stack.callback(progress.say, "[dim]Stopped.[/]")
        stack.callback(lock.release)
        session = new_session(home, stack, port, progress)
        session.stop.listen()
        status = _run(session, lock)
        progress.say("[dim]Stopping …[/]")
    return status


def _run(session: Session, lock: Lock) -> int:
    try:
        cluster = _start(session, lock)
        _watch(session, cluster)
    except Stopped:
        return 0
    except CannotStart as failure:
        session.progress.fail(str(failure))
        return 1


def _take_lock(home: Home, port: int) -> Lock:
    home.create()
    lock = Lock(home.lock)
    try:
        lock.acquire(command="run", url=url_of(port))
    except Held as held:
        pid = held.holder.get("pid", "unknown")
        if held.holder.get("command") == "run":
            where = held.holder.get("url", "")
            raise CannotStart(f"It is running already in {home.path}: process {pid}, {where}") from None
        raise CannotStart(f"make manage (process {pid}) uses {home.path}: wait until it is done.") from None
    return lock


def _start(session: Session, lock: Lock) -> Cluster | None:
    home = session.home
    home.credentials.unlink(missing_ok=True)  # of a launcher that was killed
    end_orphans(session.processes.record)
    home.empty_metrics()
    if not ports.is_free(session.port):
        raise CannotStart(f"Port {session.port} is in use. Choose another: make run PORT={session.port + 1}")
    cluster = ground.bring_up(session)
    lock.describe(command="run", url=session.url, ground=True)
    _prepare(session)
    with session.progress.step("Web, worker, beat"):
        services.start(session)
    product = demo.ensure(session) if session.demo else None
    _announce(session, product)
    return cluster


def _prepare(session: Session) -> None:
    owner = session.environment | {"COUNTINGHOUSE_DATABASE_ROLE": "owner"}
    remark = "the first time takes about half a minute" if session.installation.recall(_STATIC) is None else ""
    with session.progress.step("Tables, cache, schedule", remark) as step:
        commands.run(commands.manage("prepare_installation"), owner, stop=session.stop, line=step.note)
    fingerprint = static_files.fingerprint()
    if session.installation.recall(_STATIC) != fingerprint or not session.home.static.exists():
        with session.progress.step("Static files") as step:
            command = commands.manage("collectstatic", "--noinput", "--clear", "--verbosity", "0")
            commands.run(command, session.environment, stop=session.stop, line=step.note)
        session.installation.remember(_STATIC, fingerprint)


def _announce(session: Session, product: dict[str, Any] | None) -> None:
    progress, home = session.progress, session.home
    progress.say()
    progress.say(f"[bold green]Countinghouse is running.[/]  [bold]{session.url}/admin/[/]")
    if product is not None:
        credentials.write(home.credentials, product, session.environment, session.url)
        session.stack.callback(home.credentials.unlink, missing_ok=True)
        staff = product["staff"]
        progress.say(
            f"  sign in as [bold]{escape(staff['username'])}[/] with the password [bold]{escape(staff['password'])}[/]"
        )
        progress.say(f"  API keys and the rest: {escape(str(home.credentials))}")
    progress.say(f"  logs: {escape(str(home.logs))}")
    progress.say("  Ctrl-C stops everything; the data stays.")


def _watch(session: Session, cluster: Cluster | None) -> NoReturn:
    """Stay until asked to stop (Stopped) or until a process ends (CannotStart)."""
    while True:
        session.stop.check()
        services.refuse_ended(session.processes)
        if cluster is not None and cluster.exit_code() is not None:
            raise CannotStart(f"PostgreSQL ended by itself. The end of {cluster.log}:\n{tail(cluster.log)}")
        time.sleep(_WATCH_SECONDS)
