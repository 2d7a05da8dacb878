"""Finding the operation for a method and path in the table of routes."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.context import Context
from sandbox.protocol.errors import StripeError, invalid
from sandbox.protocol.params import Spec

Operation = Callable[[Context], Any]
Row = tuple[str, str, Operation, Spec]
"""Method, path, what is called, and which parameters it takes."""


@dataclass(frozen=True)
class Route:
    """One row of the table: what is called, and which parameters it takes."""

    method: str
    template: str
    operation: Operation
    spec: Spec = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"


class Router:
    """Literal paths win over paths with a name in them."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.literal: dict[tuple[str, str], Route] = {}
        self.patterns: list[tuple[str, re.Pattern[str], Route]] = []
        for route in routes:
            if "{" in route.template:
                pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.template)
                self.patterns.append((route.method, re.compile(pattern + r"\Z"), route))
            else:
                self.literal[route.method, route.template] = route

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Raises Stripe's 404 for a path that no operation has."""
        literal = self.literal.get((method, path))
        if literal:
            return literal, {}
        for verb, pattern, route in self.patterns:
            match = pattern.match(path) if verb == method else None
            if match:
                return route, match.groupdict()
        raise unrecognized(method, path)


def unrecognized(method: str, path: str) -> StripeError:
    """Stripe's answer to an unknown path and to a method that a known path does not have."""
    hint = (
        " If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make"
        " sure you passed a valid (non-empty) identifier in your code."
    )
    return invalid(
        f"Unrecognized request URL ({method}: {path}).{hint if path.endswith('/') else ''} Please see"
        " https://stripe.com/docs or we can help at https://support.stripe.com/.",
        status=404,
    )
