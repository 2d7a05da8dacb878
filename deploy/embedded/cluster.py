"""A PostgreSQL cluster below a folder of ours: made on the first start, listening on the loopback address only."""

import secrets
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.embedded import initdb, leftovers, ports, private_json
from deploy.embedded.account import Account, account_for_postgres
from deploy.embedded.binaries import programs
from deploy.embedded.data_folder import open_folder
from deploy.embedded.failure import CannotStart
from deploy.embedded.lock import Lock
from deploy.embedded.log_tail import tail
from deploy.embedded.server_address import ServerAddress
from deploy.embedded.waiting import until

START_SECONDS = 60.0  # recovery after a crash included
_STOP_SIGNALS = ((signal.SIGINT, 5.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 5.0))
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "TZ": "UTC", "LC_ALL": "C"}
_SETTINGS = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_directories": "",  # a path below a deep folder is too long for a socket
    "max_connections": "60",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
}
# For data that nobody needs after a power cut
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "max_wal_size": "256MB",  # it may lie in memory
}


class Cluster:
    """One data folder and the server that runs on it while the context is open.

    Beside the folder lie `<name>.lock` and `<name>.json` (port and superuser's password, mode 600).
    Raises Held where another process runs this cluster, CannotStart with the server's own words.
    """

    def __init__(self, data: Path, *, log: Path, settings: dict[str, str] | None = None) -> None:
        self.data = data
        self.log = log
        self.settings = {**_SETTINGS, **(settings or {})}
        self.lock = Lock(data.with_name(f"{data.name}.lock"))
        self._notes = data.with_name(f"{data.name}.json")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> ServerAddress:
        """Start the server, making the cluster first where there is none. Returns the superuser's address."""
        self.lock.acquire()
        try:
            return self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server (sessions are cut off, transactions rolled back) and give the lock back."""
        if self._process is not None:
            for signum, seconds in _STOP_SIGNALS:
                self._process.send_signal(signum)
                if until(self._has_ended, seconds=seconds):
                    break
            self._process = None
        self.lock.release()

    def exit_code(self) -> int | None:
        """None while the server runs."""
        return None if self._process is None else self._process.poll()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def address(self) -> ServerAddress:
        """Where the superuser connects."""
        notes = private_json.read(self._notes)
        return ServerAddress(initdb.SUPERUSER, notes["password"], ports.LOOPBACK, notes["port"])

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def _start(self) -> ServerAddress:
        account = account_for_postgres()
        folder = programs(account)
        if not self.data.exists():
            self._create(folder, account)
        leftovers.clear(self.data)
        for _attempt in range(3):
            port = self._choose_port()
            if self._serve(folder, account, port):
                return self.address
        raise CannotStart(f"PostgreSQL did not start. The end of {self.log}:\n{tail(self.log)}")

    def _create(self, folder: Path, account: Account) -> None:
        password = secrets.token_urlsafe(24)
        private_json.write(self._notes, {"password": password, "port": ports.free_port()})
        durable = self.settings.get("fsync") != "off"
        initdb.create(self.data, programs=folder, account=account, password=password, durable=durable)

    def _choose_port(self) -> int:
        notes = private_json.read(self._notes)
        if "password" not in notes:
            raise CannotStart(f"{self._notes} is missing, {self.data} is useless without it: move both away.")
        if not ports.is_free(notes["port"]):
            notes["port"] = ports.free_port()
            private_json.write(self._notes, notes)
        return int(notes["port"])

    def _serve(self, folder: Path, account: Account, port: int) -> bool:
        """True when the server takes connections, False when it gave up."""
        with open_folder(self.data, account) as data, self.log.open("ab") as log:
            words = [str(folder / "postgres"), "-D", data.name, "-p", str(port)]
            words += [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
            self._process = subprocess.Popen(
                account.command(words, dies_by=signal.SIGINT),
                cwd="/",
                env=_ENVIRONMENT,
                pass_fds=data.descriptors,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # the terminal's Ctrl-C must not reach the server before its clients
            )
        until(lambda: self._is_ready() or self._has_ended(), seconds=START_SECONDS)
        return not self._has_ended() and self._is_ready()

    def _is_ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None
