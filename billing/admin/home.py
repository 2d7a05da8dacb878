"""The home page: the panels that this reader may see, each on its own feet."""

from typing import Any

import structlog
from django.db import DatabaseError

from billing.admin.registry import Panel, panels_for
from billing.templatetags.viewer import Viewer

logger = structlog.get_logger(__name__)


def home(viewer: Viewer) -> dict[str, Any]:
    """A panel that fails says so in its place; the others stand."""
    return {"panels": [_built(panel, viewer) for panel in panels_for(viewer)], "now": viewer.now}


def _built(panel: Panel, viewer: Viewer) -> dict[str, Any]:
    try:
        content: dict[str, Any] | None = panel.build(viewer)
    except (DatabaseError, ArithmeticError, LookupError):
        logger.exception("home_panel_failed", panel=panel.title)
        content = None
    return {"title": panel.title, "template": panel.template, "wide": panel.wide, "content": content}
