"""Who did what, when and why; append-only.

Owns: AuditEntry, the actor of the running work, the tenant context. May import nobody.
Ways through it: every service and handler calls `audit.record`; the API and portal open `audit.context.tenant`.
"""
