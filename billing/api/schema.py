from drf_standardized_errors.openapi import AutoSchema

__all__ = ["AutoSchema"]
