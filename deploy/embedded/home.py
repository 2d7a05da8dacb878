"""The folder that holds an installation's state, and the names of what is in it."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below `COUNTINGHOUSE_HOME` (default `var/` in the repository)."""

    path: Path

    @classmethod
    def from_environment(cls) -> "Home":
        return cls(Path(os.environ.get("COUNTINGHOUSE_HOME") or REPOSITORY / "var").absolute())

    def create(self) -> None:
        """Make the folder and its log folder; what is in them is readable by this account alone."""
        self.path.mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(mode=0o700, exist_ok=True)
        self.metrics.mkdir(mode=0o700, exist_ok=True)

    @property
    def logs(self) -> Path:
        return self.path / "log"

    @property
    def postgres(self) -> Path:
        return self.path / "pg"

    @property
    def test_postgres(self) -> Path:
        return self.path / "test-pg"

    @property
    def sandbox(self) -> Path:
        return self.path / "sandbox.sqlite"

    @property
    def installation(self) -> Path:
        return self.path / "embedded.json"

    @property
    def credentials(self) -> Path:
        return self.path / "credentials.json"

    @property
    def lock(self) -> Path:
        return self.path / "run.lock"

    @property
    def static(self) -> Path:
        return self.path / "static"

    @property
    def metrics(self) -> Path:
        """Where each process counts for itself, so that `/metrics` of any of them shows the sum."""
        return self.path / "metrics"

    def empty_metrics(self) -> None:
        """Counters begin with the processes; those of an earlier run are gone."""
        shutil.rmtree(self.metrics, ignore_errors=True)
        self.metrics.mkdir(mode=0o700)

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"
