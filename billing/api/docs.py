"""The OpenAPI document and its interactive pages, both served from here alone."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.api.limits import stamp
from billing.api.rendering import JSONRenderer


@cache
def document() -> Any:
    """The routes do not change while the process runs, and the document takes a second to make."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    return generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]


class _ProblemAnswers(APIView):
    """The package's views write other formats; their errors are problem documents all the same."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return stamp(super().dispatch(request, *args, **kwargs), request)

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        self.request.accepted_renderer, self.request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
        return response


class SchemaView(_ProblemAnswers, SpectacularAPIView):
    """JSON by default, YAML by `Accept: application/vnd.oai.openapi`."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = Response(document())
        patch_cache_control(response, public=True, max_age=0 if settings.DEBUG else 300)
        return response


class DocsView(_ProblemAnswers, SpectacularSwaggerSplitView):
    """Under the strict content security policy: the stock page has inline script, ours has none."""

    url_name = "api-schema"
    url_self: str | None = None
    template_name = "api/docs.html"
