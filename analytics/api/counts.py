"""Counts in query strings."""

from rest_framework.request import Request

from billing.api.problem import Problem


def count_parameter(request: Request, name: str, *, most: int) -> int | None:
    """A whole number from 1 to `most`; None where it is not given. Raises Problem `invalid_count`."""
    text = request.query_params.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise Problem("invalid_count", f"{name} must be a whole number from 1 to {most}.")
    return int(text)
