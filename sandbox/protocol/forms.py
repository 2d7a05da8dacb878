"""Form decoding: `items[0][price]=x&expand[]=y` to nested dicts and lists of strings.

All shapes that the official SDKs send: indices (`items[0][price]`), `[]` (`expand[]`), `[]` before a name
(`items[][price]=a&items[][quantity]=2`: a name that comes again begins the next entry), encoded brackets, and an
empty string for what is to be unset. A plain name given twice counts once, the last time.
"""

from urllib.parse import parse_qsl

from sandbox.jsons import loads
from sandbox.protocol.errors import invalid
from sandbox.protocol.wire import Request

MAX_DEPTH = 8
MAX_FIELDS = 5000


class Numbered(list[object]):
    """A list made of numeric keys, which a mapping with free names (metadata) wants to know."""

    def __init__(self, entries: dict[str, object]) -> None:
        self.names = sorted(entries, key=int)
        super().__init__(entries[name] for name in self.names)


def given(request: Request) -> dict[str, object]:
    """The parameters of a request: those of its query and those of its body."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.path.startswith("/v2/") and request.body:
        return {**decode(request.query), **_of_json(request.body)}
    if request.body and kind not in ("", "application/x-www-form-urlencoded"):
        raise invalid(
            "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any"
            " questions, we can help at https://support.stripe.com/."
        )
    return decode("&".join(filter(None, (request.query, request.body.decode("utf-8", "replace")))))


def _of_json(body: bytes) -> dict[str, object]:
    """Version 2 of the API takes JSON: as the same strings that a form would have."""
    try:
        found = _texts(loads(body))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise invalid("Invalid request: version 2 of the API takes a JSON object as its body.")
    return found


def _texts(value: object) -> object:
    if isinstance(value, dict):
        return {str(name): _texts(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_texts(entry) for entry in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def decode(raw: str) -> dict[str, object]:
    """Nested mapping of strings. Numeric keys become lists in the order of their numbers; `[]` appends."""
    root: dict[str, object] = {}
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise invalid(f"A request may have at most {MAX_FIELDS} parameters.") from None
    for name, value in pairs:
        _place(root, _path(name), value, name)
    return {key: _listed(value) for key, value in root.items()}


def _path(name: str) -> list[str]:
    head, bracket, rest = name.partition("[")
    if not bracket:
        return [name]
    if not head or not rest.endswith("]"):
        raise invalid(f"Invalid parameter name: {name}", name)
    parts = [head, *rest[:-1].split("][")]
    if len(parts) > MAX_DEPTH or any("[" in part or "]" in part for part in parts):
        raise invalid(f"Invalid parameter name: {name}", name)
    return parts


def _place(root: dict[str, object], path: list[str], value: str, name: str) -> None:
    node = root
    for depth, part in enumerate(path[:-1]):
        key = part or _entry_for(node, path[depth + 1 :])
        child = node.setdefault(key, {})
        if not isinstance(child, dict):
            raise invalid(f"Invalid parameter: {name} is given as a value and as a mapping", name)
        node = child
    key = path[-1] or str(len(node))
    if isinstance(node.get(key), dict):
        raise invalid(f"Invalid parameter: {name} is given as a value and as a mapping", name)
    node[key] = value


def _entry_for(node: dict[str, object], rest: list[str]) -> str:
    """The entry that `[]` in front of other names means: the last one, or the next where it has that name already."""
    last = len(node) - 1
    return str(last + 1 if last < 0 or _has(node.get(str(last)), rest) else last)


def _has(entry: object, names: list[str]) -> bool:
    for name in names:
        if name == "":
            return False
        if not isinstance(entry, dict) or name not in entry:
            return False
        entry = entry[name]
    return True


def _listed(value: object) -> object:
    if not isinstance(value, dict):
        return value
    decoded = {key: _listed(child) for key, child in value.items()}
    if decoded and all(key.isascii() and key.isdecimal() for key in decoded):
        return Numbered(decoded)
    return decoded
