"""Stripe's parameters by operation, taken from the SDK's annotations, and which of them the sandbox models.

    python -m tests.sandbox.parameters

writes `docs/sandbox-parameters.md` and `sandbox/protocol/stripe_parameters.json` anew.
"""

import ast
import importlib
import json
import re
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import stripe
from typing_extensions import is_typeddict

from sandbox.protocol.params import EXPAND, required
from sandbox.routes import routes

ROOT = Path(__file__).resolve().parents[2]
TABLE, DATA = ROOT / "docs/sandbox-parameters.md", ROOT / "sandbox/protocol/stripe_parameters.json"
Tree = dict[str, Any]
"""Parameter name -> the names inside of it, empty where there are none."""
OPTIONS = set("api_key stripe_version stripe_account stripe_context max_network_retries".split()) | set(
    "idempotency_key content_type headers expand".split()
)


def plain(template: str) -> str:
    return re.sub(r"\{\w+\}", "{id}", template)


def operations() -> Iterator[tuple[str, type]]:
    """("POST /v1/customers/{id}", the class of its parameters) of every operation that the SDK has."""
    folder = Path(stripe.__file__).parent
    for path in sorted(folder.rglob("_*_service.py")):
        module = ".".join(path.relative_to(folder.parent).with_suffix("").parts)
        tree = ast.parse(path.read_text())
        imported = {
            alias.asname or alias.name: line.module
            for line in ast.walk(tree)
            if isinstance(line, ast.ImportFrom)
            for alias in line.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                yield from _operation(node, imported, module)


def _operation(node: ast.FunctionDef, imported: Mapping[str, str | None], module: str) -> Iterator[tuple[str, type]]:
    called = next((n for n in ast.walk(node) if isinstance(n, ast.Call) and _is_request(n)), None)
    params = next((a for a in node.args.args + node.args.kwonlyargs if a.arg == "params"), None)
    if called is None or params is None or params.annotation is None:
        return
    name = re.search(r"\w+Params", ast.unparse(params.annotation))
    if name is None or imported.get(name[0]) is None:
        return
    kind = getattr(importlib.import_module(str(imported[name[0]])), name[0])
    verb = ast.literal_eval(called.args[0]).upper()
    where = called.args[1]
    where = where.func.value if isinstance(where, ast.Call) and isinstance(where.func, ast.Attribute) else where
    yield f"{verb} {plain(ast.literal_eval(where))}", kind


def _is_request(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "_request"


@cache
def stripes() -> dict[str, Tree]:
    return {name: tree_of(kind) for name, kind in operations()}


@cache
def tree_of(kind: Any) -> Tree:
    """The names that an annotation allows, of all its alternatives together."""
    if is_typeddict(kind):
        names = vars(importlib.import_module(kind.__module__))
        raw = {name: hint for name, hint in sorted(kind.__annotations__.items()) if name not in OPTIONS}
        return {name: tree_of(typing._eval_type(hint, names, names)) for name, hint in raw.items()}  # type: ignore[attr-defined]
    merged: Tree = {}
    if typing.get_origin(kind) is not dict:
        for inner in typing.get_args(kind):
            if not isinstance(inner, str | int | bool):
                merged |= tree_of(inner)
    return merged


def specs_in(kind: Any, depth: int = 0) -> list[Mapping[str, Any]]:
    """The specs of mappings that a kind of `sandbox.params` is made of, found in what its functions enclose."""
    if isinstance(kind, required):
        return specs_in(kind.kind, depth)
    found: list[Mapping[str, Any]] = []
    for cell in getattr(kind, "__closure__", None) or () if depth < 8 else ():
        for inner in cell.cell_contents if isinstance(cell.cell_contents, tuple) else (cell.cell_contents,):
            if isinstance(inner, Mapping) and all(callable(entry) for entry in inner.values()):
                found.append(inner)
            elif callable(inner):
                found += specs_in(inner, depth + 1)
    return found


def compared(known: Tree, spec: Mapping[str, Any], path: str = "") -> tuple[list[str], list[str]]:
    """(modelled, not modelled) of Stripe's names; inside of what is not modelled, nothing is counted."""
    modelled: list[str] = []
    missing: list[str] = []
    for name, inner in known.items():
        full = f"{path}[{name}]" if path else name
        if name not in spec:
            missing.append(full)
            continue
        modelled.append(full)
        nested = specs_in(spec[name])
        if inner and nested:
            below = compared(inner, {key: kind for entry in nested for key, kind in entry.items()}, full)
            modelled += below[0]
            missing += below[1]
    return modelled, missing


def table() -> str:
    lines = [
        "# Parameters of the sandbox",
        "",
        "Made by `python -m tests.sandbox.parameters` from the annotations of the `stripe` SDK and the sandbox's own",
        "table of routes; a test keeps it true. Counted are names at every level that the sandbox looks into. One that",
        "is not modelled is refused with `parameter_unknown` and a message that says so; none is silently ignored.",
        "",
        "| operation | modelled | not modelled |",
        "|---|---|---|",
    ]
    for route in sorted(routes(), key=lambda route: (plain(route.template), route.method)):
        known = stripes().get(f"{route.method} {plain(route.template)}")
        if known is not None:
            modelled, missing = compared(known, {**route.spec, **EXPAND})
            names = ", ".join(f"`{name}`" for name in missing)
            lines.append(
                f"| `{route.method} {route.template}` | {len(modelled)} of {len(modelled) + len(missing)} | {names} |"
            )
    return "\n".join(lines) + "\n"


def data() -> str:
    """Every parameter of Stripe's operations on the nouns that the sandbox serves: an operation a line."""
    nouns = {plain(route.template).split("/")[2] for route in routes()}
    kept = {name: tree for name, tree in stripes().items() if name.split("/")[2] in nouns and tree}
    lines = [f"{json.dumps(name)}:{json.dumps(kept[name], separators=(',', ':'))}" for name in sorted(kept)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    TABLE.write_text(table())
    DATA.write_text(data())
