"""The customer API. A view checks, makes one call to a service or a query, and shows the result.

`views` has the base classes; `problems` every error's shape; `idempotency` what a caller may repeat.
"""
