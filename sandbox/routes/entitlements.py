"""Features of products, and who is entitled to them."""

from sandbox.lives.usage.entitling import ENTITLEMENT
from sandbox.nouns.reading import retriever
from sandbox.nouns.usage import features
from sandbox.operations.router import Row
from sandbox.protocol.params import PAGE

ROWS: list[Row] = [
    ("GET", "/v1/entitlements/features", features.list_all, features.LIST),
    ("POST", "/v1/entitlements/features", features.create, features.CREATE),
    ("GET", "/v1/entitlements/features/{id}", retriever(features.FEATURE, "feature"), {}),
    ("POST", "/v1/entitlements/features/{id}", features.update, features.UPDATE),
    ("GET", "/v1/entitlements/active_entitlements", features.entitlements, features.ENTITLEMENTS),
    ("GET", "/v1/entitlements/active_entitlements/{id}", retriever(ENTITLEMENT), {}),
    ("GET", "/v1/products/{id}/features", features.of_product, PAGE),
    ("POST", "/v1/products/{id}/features", features.attach, features.ATTACH),
    ("GET", "/v1/products/{id}/features/{tie}", features.retrieve_tie, {}),
    ("DELETE", "/v1/products/{id}/features/{tie}", features.detach, {}),
]  # fmt: skip
