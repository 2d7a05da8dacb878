"""Ids in addresses: opaque strings of letters, digits and underscores."""

import re

from rest_framework.request import Request

from billing.api.problem import Problem

_ID = re.compile(r"[A-Za-z0-9_]{1,255}")


class IdConverter:
    """`<id:invoice_id>`: anything else is not an address of ours (and never reaches the database)."""

    regex = _ID.pattern

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def id_parameter(request: Request, name: str) -> str:
    """The id of the query string, empty where there is none. Raises Problem `invalid_id`."""
    value = request.query_params.get(name, "")
    if value and not _ID.fullmatch(value):
        raise Problem("invalid_id", f"{name} is not an id.")
    return value


def not_found(noun: str) -> Problem:
    """The same answer for what does not exist and for what is another organization's."""
    return Problem("not_found", f"There is no such {noun}.", 404)
