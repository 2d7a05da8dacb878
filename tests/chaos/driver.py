"""Run a company through bad weather, let it heal, and judge.

python -m tests.chaos --seed 1 --customers 820 --months 1 --seconds 120
"""

import json
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.chaos.controls import ask, dump
from tests.chaos.installation import Installation, installation
from tests.chaos.oracle import Verdict, judge
from tests.chaos.weather import Weather, weather
from tests.flows.processes import BASE, until

LOOK_BACK = timedelta(days=29, hours=23)
CALLS_PER_OBJECT = 0.2
JUST_WRITTEN = "SELECT count(*) FROM billing_stripeobject WHERE updated_at > now() - interval '6 seconds'"
"""Of what was written within five seconds a reconciliation asks Stripe once more each, since a list may be older."""
OPEN = "SELECT count(*) FROM billing_webhookevent WHERE status IN ('received', 'processing')"


@dataclass(slots=True)
class Report:
    seed: int
    commit: str
    sent: int = 0
    before: Verdict = field(default_factory=Verdict)
    verdict: Verdict = field(default_factory=Verdict)
    first: dict[str, object] = field(default_factory=dict)
    second: dict[str, object] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)
    seconds: float = 0

    @property
    def is_good(self) -> bool:
        """No invariant is broken, a second reconciliation changes nothing, and the first asked sparingly."""
        return not self.verdict.problems and self.second["healed"] == 0 and self.calls_per_object <= CALLS_PER_OBJECT

    @property
    def calls_per_object(self) -> float:
        """Of the first reconciliation."""
        return int(str(self.first["stripe_calls"])) / int(str(self.first["checked"]))

    def line(self) -> str:
        words = {
            "seed": self.seed,
            "commit": self.commit,
            "sent": self.sent,
            **self.verdict.figures,
            "kills": self.kills,
            "differences before": {name: len(found) for name, found in self.before.problems.items()},
            "found": self.found,
            "first reconcile": {name: value for name, value in self.first.items() if name != "nouns"},
            "second": {name: value for name, value in self.second.items() if name != "nouns"},
            "calls per object": round(self.calls_per_object, 3),
            "problems": self.verdict.problems or "none",
            "seconds": round(self.seconds, 1),
        }
        return " ".join(f"{name}={value}" for name, value in words.items())


def run(*, seed: int, customers: int, months: int, seconds: float) -> Report:
    words = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(words, cwd=BASE, capture_output=True, text=True, check=False).stdout
    report, began = Report(seed, commit.strip() or "unknown"), time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="countinghouse-chaos-") as name,
        installation(Path(name), customers=customers, months=months, seed=str(seed)) as made,
    ):
        _storm(made, weather(seed, seconds=seconds))
        listed_from = datetime.now(UTC) - LOOK_BACK
        _settle(made, listed_from)
        report.before = judge(made, listed_from=int(listed_from.timestamp()) + 1)
        report.first, report.second = _reconcile(made), _reconcile(made)
        _settle(made, listed_from)
        report.verdict, report.kills = judge(made, listed_from=int(listed_from.timestamp()) + 1), made.kills
        report.sent = len(dump(made.sandbox)["event"])
        report.found = _found(made)
    report.seconds = time.monotonic() - began
    return report


def _storm(made: Installation, bad: Weather) -> None:
    for one in bad.mishaps:
        ask(made.sandbox, "/_sandbox/mishaps", one)
    for one in bad.faults:
        ask(made.sandbox, "/_sandbox/faults", one)
    ask(made.sandbox, "/_sandbox/deliveries", {"pause": False, "backoff": "wall", "retry_base": 0.5})
    ask(made.sandbox, "/_sandbox/deliveries", {"deliver": "now"})
    began = time.monotonic()
    for strike in bad.strikes:
        until(lambda at=strike.at: time.monotonic() - began >= at, seconds=bad.seconds + 60, what="the next strike")
        made.strike(strike.what)
    for control in ("mishaps", "faults"):
        ask(made.sandbox, f"/_sandbox/{control}", method="DELETE")


def _settle(made: Installation, listed_from: datetime) -> None:
    """Deliveries end, the inbox drains; what waits for its backoff is made due, as staff would."""
    ask(made.sandbox, "/_sandbox/deliveries", {"deliver": "now"})
    until(
        lambda: ask(made.sandbox, "/_sandbox/deliveries")["pending"] == 0,
        seconds=120,
        what="the end of the deliveries",
    )
    made.manage("backfill_stripe_events", "--since", listed_from.isoformat())
    for _ in range(3):
        until(lambda: made.read(OPEN)[0][0] == 0, seconds=180, what="an empty inbox")
        if not made.read("SELECT 1 FROM billing_webhookevent WHERE status = 'failed' LIMIT 1"):
            break
        made.manage("replay_webhooks", "--status", "failed", "--reason", "The weather is over")
    until(lambda: made.read(JUST_WRITTEN)[0][0] == 0, seconds=120, what="the rest of all who write")


def _reconcile(made: Installation) -> dict[str, object]:
    last = made.manage("reconcile", "--full", "--json").strip().splitlines()[-1]
    told: dict[str, object] = json.loads(last)
    return told


def _found(made: Installation) -> dict[str, int]:
    """How often each field of each noun was found to differ, and what became of it."""
    rows = made.read(
        "SELECT object_type, kind, CASE WHEN position('.' IN field) > 0 THEN 'parts' ELSE field END, status, count(*)"
        " FROM billing_discrepancy GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
    )
    return {" ".join(map(str, row[:-1])): row[-1] for row in rows}
