"""How the product is run: the embedded stack of `make run`, the checks of `make check`, container files.

Nothing here is imported by the product's apps.
"""
