"""What the site is made of: pages by model, and the panels of the home page.

Apps above billing add to both without being imported by it: their `admin` packages are autodiscovered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.admin import ModelAdmin
from django.db.models import Model

from billing.templatetags.viewer import Viewer

Page = TypeVar("Page", bound=type[ModelAdmin])
Build = Callable[[Viewer], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Panel:
    """A block of the home page. `build` gives the template's context; readers without `permission` do not get it."""

    order: int
    title: str
    template: str
    permission: str
    build: Build
    wide: bool = False


pages: dict[type[Model], type[ModelAdmin]] = {}
panels: dict[str, Panel] = {}


def page(model: type[Model]) -> Callable[[Page], Page]:
    """Declare the page of a model of billing (other apps use `admin.register`, the site exists by then)."""

    def declare(admin_class: Page) -> Page:
        pages[model] = admin_class
        return admin_class

    return declare


def panel(
    order: int, title: str, template: str, permission: str = "", *, wide: bool = False
) -> Callable[[Build], Build]:
    """Declare a panel of the home page; lower orders come first, wide ones have a row of their own."""

    def declare(build: Build) -> Build:
        panels[title] = Panel(order, title, template, permission, build, wide)
        return build

    return declare


def panels_for(viewer: Viewer) -> list[Panel]:
    """Those of the reader; none for somebody who may see no page at all."""
    if not any(viewer.may(f"{model._meta.app_label}.view_{model._meta.model_name}") for model in pages):
        return []
    allowed = [each for each in panels.values() if viewer.may(each.permission)]
    return sorted(allowed, key=lambda each: each.order)
