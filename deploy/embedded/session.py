"""What the parts of one launcher share."""

from contextlib import ExitStack
from dataclasses import dataclass, field

from deploy.embedded.given import Given
from deploy.embedded.home import Home
from deploy.embedded.installation import Installation
from deploy.embedded.processes import Processes
from deploy.embedded.progress import Progress
from deploy.embedded.stopping import StopRequest


@dataclass(slots=True)
class Session:
    """`stack` undoes, in reverse order, what was started. `environment` grows as parts come up."""

    home: Home
    given: Given
    installation: Installation
    processes: Processes
    progress: Progress
    stop: StopRequest
    stack: ExitStack
    port: int
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def demo(self) -> bool:
        """A demo company is made in the embedded form only: never in a database of somebody's own."""
        return not (self.given.own_database or self.given.own_stripe)

    @property
    def url(self) -> str:
        return url_of(self.port)


def url_of(port: int) -> str:
    """By name: browsers bind passkeys to a domain, and 127.0.0.1 is none."""
    return f"http://localhost:{port}"


def new_session(home: Home, stack: ExitStack, port: int, progress: Progress) -> Session:
    return Session(
        home=home,
        given=Given.from_environment(),
        installation=Installation(home.installation),
        processes=Processes(record=home.path / "run.processes.json", logs=home.logs),
        progress=progress,
        stop=StopRequest(),
        stack=stack,
        port=port,
    )
