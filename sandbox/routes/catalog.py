"""What is sold."""

from sandbox.nouns.catalog import coupons, plans, prices, products, promotion_codes, tax_rates
from sandbox.nouns.catalog.prices import tiers_of
from sandbox.nouns.reading import retriever
from sandbox.operations.expand import Include
from sandbox.operations.router import Row

ROWS: list[Row] = [
    ("GET", "/v1/products", products.list_all, products.LIST),
    ("POST", "/v1/products", products.create, products.CREATE),
    ("GET", "/v1/products/{id}", products.retrieve, {}),
    ("POST", "/v1/products/{id}", products.update, products.UPDATE),
    ("DELETE", "/v1/products/{id}", products.delete, {}),
    ("GET", "/v1/prices", prices.list_all, prices.LIST),
    ("POST", "/v1/prices", prices.create, prices.CREATE),
    ("GET", "/v1/prices/{id}", prices.retrieve, {}),
    ("POST", "/v1/prices/{id}", prices.update, prices.UPDATE),
    ("GET", "/v1/plans", plans.list_all, plans.LIST),
    ("POST", "/v1/plans", plans.create, plans.CREATE),
    ("GET", "/v1/plans/{id}", plans.retrieve, {}),
    ("POST", "/v1/plans/{id}", plans.update, plans.UPDATE),
    ("DELETE", "/v1/plans/{id}", plans.delete, {}),
    ("GET", "/v1/coupons", coupons.list_all, coupons.LIST),
    ("POST", "/v1/coupons", coupons.create, coupons.CREATE),
    ("GET", "/v1/coupons/{id}", retriever("coupon"), {}),
    ("POST", "/v1/coupons/{id}", coupons.update, coupons.UPDATE),
    ("DELETE", "/v1/coupons/{id}", coupons.delete, {}),
    ("GET", "/v1/promotion_codes", promotion_codes.list_all, promotion_codes.LIST),
    ("POST", "/v1/promotion_codes", promotion_codes.create, promotion_codes.CREATE),
    ("GET", "/v1/promotion_codes/{id}", retriever("promotion_code", "promotion code"), {}),
    ("POST", "/v1/promotion_codes/{id}", promotion_codes.update, promotion_codes.UPDATE),
    ("GET", "/v1/tax_rates", tax_rates.list_all, tax_rates.LIST),
    ("POST", "/v1/tax_rates", tax_rates.create, tax_rates.CREATE),
    ("GET", "/v1/tax_rates/{id}", retriever("tax_rate", "tax rate"), {}),
    ("POST", "/v1/tax_rates/{id}", tax_rates.update, tax_rates.UPDATE),
]  # fmt: skip
INCLUDES: dict[tuple[str, str], Include] = {
    ("price", "tiers"): tiers_of,
    ("price", "currency_options"): prices.currencies_of,
    ("plan", "tiers"): tiers_of,
    ("coupon", "applies_to"): coupons.products_of,
    ("coupon", "currency_options"): coupons.currencies_of,
}
