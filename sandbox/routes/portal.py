"""The customer portal."""

from sandbox.nouns.portal import portal_configurations, portal_params, portal_sessions
from sandbox.nouns.reading import retriever
from sandbox.operations.router import Row

ROWS: list[Row] = [
    ("GET", "/v1/billing_portal/configurations", portal_configurations.list_all, portal_params.LIST),
    ("POST", "/v1/billing_portal/configurations", portal_configurations.create, portal_params.CREATE),
    ("GET", "/v1/billing_portal/configurations/{id}", retriever(portal_configurations.KIND, "configuration"), {}),
    ("POST", "/v1/billing_portal/configurations/{id}", portal_configurations.update, portal_params.UPDATE),
    ("POST", "/v1/billing_portal/sessions", portal_sessions.create, portal_params.SESSION),
]  # fmt: skip
