"""What the running work knows about itself: actor, request, organization; and the tenant transaction.

Web requests set it in middleware, tasks and the inbox with `acting`. Nothing passes it by hand.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from django.db import connection, transaction

from audit.actor import SYSTEM, Actor

CUSTOMER_ROLE = "app_customer"


class TenantContextError(RuntimeError):
    """The database did not take on the customer role, or a tenant context was opened inside another."""


@dataclass(frozen=True, slots=True)
class Context:
    actor: Actor = SYSTEM
    request_id: str = ""
    ip_address: str | None = None
    source: str = "system"
    organization_id: int | None = None
    """Whom the work is for, as far as is known: for the log's lines. Rows are shown by `tenant` alone."""


_NOTHING_KNOWN = Context()
_context: ContextVar[Context] = ContextVar("audit_context", default=_NOTHING_KNOWN)
_tenant: ContextVar[int | None] = ContextVar("audit_tenant", default=None)
_step: ContextVar[str] = ContextVar("audit_step", default="")


def current() -> Context:
    return _context.get()


def current_tenant() -> int | None:
    """The organization's primary key while a tenant transaction is open, else None."""
    return _tenant.get()


def current_step() -> str:
    """The innermost named step of the ordinary role that is running, empty outside any."""
    return _step.get()


@contextmanager
def acting(
    actor: Actor | None = None,
    *,
    request_id: str | None = None,
    ip_address: str | None = None,
    source: str | None = None,
) -> Iterator[Context]:
    """Everything that runs inside is done by `actor`; what is not given stays as it is."""
    before = _context.get()
    after = replace(
        before,
        actor=actor or before.actor,
        request_id=before.request_id if request_id is None else request_id,
        ip_address=ip_address or before.ip_address,
        source=source or before.source,
    )
    token = _context.set(after)
    try:
        yield after
    finally:
        _context.reset(token)


def identify(actor: Actor, organization_id: int | None = None) -> None:
    """Whoever acts has become known, and stays it for the rest of the enclosing `acting` block."""
    known = _context.get()
    _context.set(replace(known, actor=actor, organization_id=organization_id or known.organization_id))


@contextmanager
def tenant(organization_id: int) -> Iterator[None]:
    """Open the transaction in which a customer's request reads.

    The database itself limits what is seen: the transaction runs as the role `app_customer` with
    `app.organization_id` set, both local to the transaction (safe behind a pooler in transaction mode).
    Lists, never lazy querysets, leave the block: a queryset evaluated later would run as the ordinary role.

    Raises TenantContextError inside another tenant block, or where the role could not be taken.
    """
    if _tenant.get() is not None:
        raise TenantContextError("A tenant context is open already; contexts do not nest.")
    with transaction.atomic(durable=True):
        _enter(organization_id)
        token = _tenant.set(organization_id)
        try:
            yield
        finally:
            _tenant.reset(token)
            _leave()


@contextmanager
def ordinary_role(step: str) -> Iterator[None]:
    """Name a step that runs as the ordinary role on purpose, also in a customer's request: it finds out who calls,
    or writes what was looked up under the policies before. Also a decorator, for services.

    Everything else that a customer's request reads, it reads inside `tenant`; tests fail on what does neither.
    Raises TenantContextError inside `tenant`, where the step would be refused table by table.
    """
    if _tenant.get() is not None:
        raise TenantContextError(f"{step} runs as the ordinary role: leave the tenant context first.")
    token = _step.set(step)
    try:
        yield
    finally:
        _step.reset(token)


def _enter(organization_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('app.organization_id', %s, true)",
            [CUSTOMER_ROLE, str(organization_id)],
        )
        cursor.execute("SELECT current_user")
        if cursor.fetchone() != (CUSTOMER_ROLE,):
            raise TenantContextError(f"The transaction does not run as {CUSTOMER_ROLE}.")


def _leave() -> None:
    """Give the role back before the transaction ends; needed where it is a savepoint of a test's transaction."""
    if connection.needs_rollback or not connection.is_usable():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', 'none', true), set_config('app.organization_id', '', true)")
