"""What is sold."""

from sandbox.expand import Include
from sandbox.nouns import prices, products
from sandbox.nouns.prices import tiers_of
from sandbox.params import PAGE
from sandbox.router import Row

ROWS: list[Row] = [
    ("GET", "/v1/products", products.list_all, products.LIST),
    ("POST", "/v1/products", products.create, products.CREATE),
    ("GET", "/v1/products/{id}", products.retrieve, {}),
    ("POST", "/v1/products/{id}", products.update, products.UPDATE),
    ("DELETE", "/v1/products/{id}", products.delete, {}),
    ("GET", "/v1/products/{id}/features", products.features, PAGE),
    ("GET", "/v1/prices", prices.list_all, prices.LIST),
    ("POST", "/v1/prices", prices.create, prices.CREATE),
    ("GET", "/v1/prices/{id}", prices.retrieve, {}),
    ("POST", "/v1/prices/{id}", prices.update, prices.UPDATE),
]  # fmt: skip
INCLUDES: dict[tuple[str, str], Include] = {
    ("price", "tiers"): tiers_of,
    ("plan", "tiers"): tiers_of,
}
