"""Small parts that many pages have."""

from sandbox.pages.html import Markup, tag


def alert(words: str | None, kind: str = "bad") -> Markup | None:
    return tag("p", words, class_=f"alert {kind}", role="alert" if kind == "bad" else "status") if words else None


def text_field(
    name: str, label: str, value: str | None = None, hint: str | None = None, **attributes: object
) -> Markup:
    """A labelled input; its hint is tied to it for screen readers."""
    given = {key: each for key, each in attributes.items() if isinstance(each, str | int | bool)}
    described = f"{name}-hint" if hint else None
    entry = tag("input", id=name, name=name, value=value or "", aria_describedby=described, **given)
    note = tag("p", hint, class_="hint", id=described) if hint else None
    return tag("div", tag("label", label, for_=name), entry, note, class_="field")


def button(words: str, value: str, style: str | None = None, of: str | None = None) -> Markup:
    """`of`: what it is about, for those who hear one button of many."""
    label = f"{words}: {of}" if of else None
    return tag("button", words, name="action", value=value, type="submit", class_=style, aria_label=label)


def section(title: str, *parts: object) -> Markup:
    name = title.lower().replace(" ", "-")
    return tag("section", tag("h2", title, id=name), *parts, class_="card", aria_labelledby=name)
