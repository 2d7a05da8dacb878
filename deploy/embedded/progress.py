"""What the person sees while the stack starts: one line a step, with its time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape


class Progress:
    """On a terminal the running step moves; in a log file each step is a line when it begins and when it ends."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)

    @contextmanager
    def step(self, title: str, remark: str = "", *, draws_itself: bool = False) -> Iterator["Step"]:
        """Run a step. `draws_itself`: its own progress uses the terminal meanwhile, so nothing of ours moves."""
        started = time.monotonic()
        step = Step(self.console, title, remark, moving=self.console.is_terminal and not draws_itself)
        with step.shown():
            yield step
        seconds = time.monotonic() - started
        self.console.print(f"[green]✓[/] {escape(title):<32} [dim]{seconds:6.1f} s[/]  [dim]{escape(step.result)}[/]")

    def say(self, text: str = "") -> None:
        self.console.print(text)

    def fail(self, text: str) -> None:
        self.console.print(f"[bold red]✗[/] {escape(text)}")


class Step:
    """A running step: `note` says what it is at, `result` what came of it."""

    def __init__(self, console: Console, title: str, remark: str, *, moving: bool) -> None:
        self.result = ""
        self._console = console
        self._title = escape(title)
        self._remark = escape(remark)
        self._status = console.status(self._text(self._remark)) if moving else None

    @contextmanager
    def shown(self) -> Iterator[None]:
        if self._status is not None:
            with self._status:
                yield
            return
        self._console.print(f"  {self._text(self._remark)} …")
        yield

    def note(self, text: str) -> None:
        """Show the newest line of the step's output; on a terminal it replaces the one before."""
        if self._status is not None and text:
            self._status.update(self._text(escape(text[:100])))

    def _text(self, beside: str) -> str:
        return f"{self._title}  [dim]{beside}[/]" if beside else self._title
