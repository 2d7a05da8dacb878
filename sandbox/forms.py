"""Form decoding: `items[0][price]=x&expand[]=y` to nested dicts and lists of strings."""

from urllib.parse import parse_qsl

from sandbox.errors import invalid

MAX_DEPTH = 8
MAX_FIELDS = 5000


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
    for part in path[:-1]:
        key = str(len(node)) if part == "" else part
        child = node.setdefault(key, {})
        if not isinstance(child, dict):
            raise invalid(f"Invalid parameter: {name} is given as a value and as a mapping", name)
        node = child
    last = path[-1]
    key = str(len(node)) if last == "" else last
    if isinstance(node.get(key), dict):
        raise invalid(f"Invalid parameter: {name} is given as a value and as a mapping", name)
    node[key] = value


def _listed(value: object) -> object:
    if not isinstance(value, dict):
        return value
    decoded = {key: _listed(child) for key, child in value.items()}
    if decoded and all(key.isdecimal() for key in decoded):
        return [decoded[key] for key in sorted(decoded, key=int)]
    return decoded
