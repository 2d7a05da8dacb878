"""Reading: most nouns are retrieved and listed in the same way."""

from typing import Any

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.operations.lists import page
from sandbox.operations.router import Operation


def retriever(kind: str, noun: str | None = None) -> Operation:
    """GET of one object by the id in the path."""

    def retrieve(ctx: Context) -> Json:
        return public(ctx.load(kind, ctx.path["id"], noun=noun))

    return retrieve


def lister(kind: str, url: str, **columns: str) -> Operation:
    """GET of a list; `columns` maps index columns to the parameters that filter by them."""

    def list_all(ctx: Context) -> Json:
        filters: dict[str, Any] = {column: ctx.param(name) for column, name in columns.items()}
        return page(ctx, kind, url, **filters)

    return list_all
