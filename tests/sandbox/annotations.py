"""The SDK's annotations as a contract: walks a JSON object against the class that describes it.

Not Optional: present and not null. Optional: null or absent or right. A key that the class does not have is an
error. The names under a module's `if TYPE_CHECKING:` are imported with their aliases, since 15 class names clash.
"""

import ast
import importlib
import inspect
import types
import typing
from decimal import Decimal
from functools import cache
from typing import Any

from stripe import ListObject, StripeObject

UNTYPED = {"UntypedStripeObject"}


@cache
def _namespace(module_name: str) -> dict[str, Any]:
    module = importlib.import_module(module_name)
    names = dict(vars(module))
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if not (isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"):
            continue
        for line in node.body:
            if isinstance(line, ast.ImportFrom) and line.module and line.module.startswith("stripe"):
                source = importlib.import_module(line.module)
                for alias in line.names:
                    if hasattr(source, alias.name):
                        names[alias.asname or alias.name] = getattr(source, alias.name)
    return names


@cache
def fields_of(cls: type) -> dict[str, Any]:
    """Name -> resolved annotation, of the class and those it is made of."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if not base.__module__.startswith("stripe.") or base is StripeObject:
            continue
        names = {**_namespace(base.__module__), **_nested(cls)}
        for name, raw in inspect.get_annotations(base).items():
            annotation = typing.ForwardRef(raw) if isinstance(raw, str) else raw
            resolved = typing._eval_type(annotation, names, names)  # type: ignore[attr-defined]
            if typing.get_origin(resolved) is not typing.ClassVar and not name.startswith("_"):
                found[name] = resolved
    return found


def _nested(cls: type) -> dict[str, Any]:
    return {name: value for name, value in vars(cls).items() if inspect.isclass(value)}


def problems(value: Any, cls: type, path: str = "") -> list[str]:
    """What is wrong with a JSON object of this class; empty when it fits."""
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is no object"]
    fields, found = fields_of(cls), []
    for name, annotation in fields.items():
        if name not in value:
            if not _optional(annotation):
                found.append(f"{path}.{name}: required, but missing")
            continue
        found += mismatches(value[name], annotation, f"{path}.{name}")
    found += [f"{path}.{name}: unknown" for name in value.keys() - fields.keys()]
    return found


def _optional(annotation: Any) -> bool:
    return type(None) in typing.get_args(annotation)


def mismatches(value: Any, annotation: Any, path: str) -> list[str]:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return _union_mismatches(value, arguments, path)
    if origin is typing.Literal:
        return [] if value in arguments else [f"{path}: {value!r} is none of {arguments}"]
    if origin is list:
        if not isinstance(value, list):
            return [f"{path}: {value!r} is no list"]
        return [each for i, entry in enumerate(value) for each in mismatches(entry, arguments[0], f"{path}[{i}]")]
    if origin is ListObject or annotation is ListObject:
        return _list_mismatches(value, arguments[0], path)
    if getattr(origin or annotation, "__name__", "") in UNTYPED or annotation is Any:
        return [] if isinstance(value, dict) or annotation is Any else [f"{path}: {value!r} is no mapping"]
    return _plain_mismatches(value, annotation, path)


def _union_mismatches(value: Any, arguments: tuple[Any, ...], path: str) -> list[str]:
    branches = [branch for branch in arguments if branch is not type(None)]
    if value is None and len(branches) < len(arguments):
        return []
    if any(typing.get_origin(branch) is typing.Literal for branch in branches):
        branches = [branch for branch in branches if branch is not str]  # the known words, not any word
    return min((mismatches(value, branch, path) for branch in branches), key=len)


def _list_mismatches(value: Any, kind: Any, path: str) -> list[str]:
    if not isinstance(value, dict) or set(value) != {"object", "data", "has_more", "url"}:
        return [f"{path}: no list object"]
    return [each for i, entry in enumerate(value["data"]) for each in mismatches(entry, kind, f"{path}.data[{i}]")]


def _plain_mismatches(value: Any, annotation: Any, path: str) -> list[str]:
    if annotation is type(None):
        return [] if value is None else [f"{path}: {value!r} is not null"]
    if annotation is Decimal:
        return [] if isinstance(value, str) and Decimal(value) is not None else [f"{path}: {value!r} is no decimal"]
    if annotation is float:
        return [] if isinstance(value, int | float) else [f"{path}: {value!r} is no number"]
    if annotation in (int, str, bool):
        return [] if type(value) is annotation else [f"{path}: {value!r} is no {annotation.__name__}"]
    if inspect.isclass(annotation):
        return problems(value, annotation, path)
    return [f"{path}: no rule for {annotation}"]
