"""The OpenAPI document: what every operation has in common."""

from typing import Any

from drf_spectacular.authentication import SessionScheme as OriginalSessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema as BaseAutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, _SchemaType

from billing.api.problems import ProblemSerializer
from billing.api.rendering import PROBLEM_TYPE

CANONICAL_PREFIX = "/api/v1/"
IDEMPOTENT_METHODS = ("POST", "PUT", "DELETE")


class AutoSchema(BaseAutoSchema):
    """Every operation may answer with a problem document; the aliases of a route are left out."""

    def is_excluded(self) -> bool:
        return bool(super().is_excluded()) or not self.path.startswith(CANONICAL_PREFIX)

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix(CANONICAL_PREFIX).split("/")[0]]

    def get_override_parameters(self) -> list[Any]:
        given = list(super().get_override_parameters())
        if hasattr(type(self.view), "organization"):
            given.append(_ORGANIZATION)
        if self.method in IDEMPOTENT_METHODS and getattr(type(self.view), "idempotent", False):
            given.append(_IDEMPOTENCY_KEY)
        return given

    def _get_response_bodies(self, direction: Any = "response") -> _SchemaType:
        bodies: _SchemaType = super()._get_response_bodies(direction=direction)
        if direction == "response":
            problem = OpenApiResponse(ProblemSerializer, description="A problem document (RFC 9457).")
            bodies["default"] = self._get_response_for_code(  # type: ignore[no-untyped-call]
                problem, "default", [PROBLEM_TYPE]
            )
        return bodies


_ORGANIZATION = OpenApiParameter(
    "X-Organization",
    str,
    OpenApiParameter.HEADER,
    description="The organization's id, for callers with several and for keys of the installation.",
)
_IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="At most 255 visible ASCII characters. The same key and body give the stored answer again.",
)


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "billing.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key, `ch_live_…` or `ch_test_…`."}


class SessionScheme(OriginalSessionScheme):  # type: ignore[no-untyped-call]
    target_class = "billing.api.authentication.SessionAuthentication"


class LoginTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "billing.api.authentication.LoginTokenAuthentication"
    name = "loginToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "The token of `POST auth/login`."}
