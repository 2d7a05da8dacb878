"""Test helpers: test clocks."""

from sandbox.nouns.account import test_clocks
from sandbox.operations.router import Row

ROWS: list[Row] = [
    ("GET", "/v1/test_helpers/test_clocks", test_clocks.list_all, test_clocks.LIST),
    ("POST", "/v1/test_helpers/test_clocks", test_clocks.create, test_clocks.CREATE),
    ("GET", "/v1/test_helpers/test_clocks/{id}", test_clocks.retrieve, {}),
    ("DELETE", "/v1/test_helpers/test_clocks/{id}", test_clocks.delete, {}),
    ("POST", "/v1/test_helpers/test_clocks/{id}/advance", test_clocks.advance, test_clocks.ADVANCE),
]  # fmt: skip
