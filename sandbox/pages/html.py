"""HTML that escapes everything: text becomes `Markup` only through `tag`."""

from html import escape

Value = str | int | bool | None


class Markup(str):
    """Safe HTML. Never made from what anyone gave, but by `tag` and `join`."""

    __slots__ = ()


_EMPTY = frozenset("br hr img input link meta".split())


def tag(element: str, /, *children: object, **attributes: Value) -> Markup:
    """An element. Text is escaped; None and False leave an attribute out, True gives its name alone; `class_` and
    `for_` lose their underscore, other underscores become hyphens."""
    head = "".join(_attribute(key, value) for key, value in attributes.items())
    if element in _EMPTY:
        return Markup(f"<{element}{head}>")
    return Markup(f"<{element}{head}>{join(*children)}</{element}>")


def _attribute(key: str, value: Value) -> str:
    if value is None or value is False:
        return ""
    key = key.removesuffix("_").replace("_", "-")
    return f" {key}" if value is True else f' {key}="{escape(str(value))}"'


def join(*children: object) -> Markup:
    """One after the other; lists are flattened, None is nothing."""
    return Markup("".join(_text(child) for child in children))


def _text(child: object) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, list | tuple):
        return "".join(_text(entry) for entry in child)
    return escape(str(child))
