"""OpenAPI 3.1 without a warning, and interactive pages that the strict policy lets run."""

import json
import re

import pytest
from django.core.management import call_command

from tests.api.calls import Api

pytestmark = pytest.mark.django_db


def test_the_document_is_valid_and_without_warnings(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_the_document_has_each_route_once():
    answer = Api().get("schema")
    whole = json.loads(answer.content)
    assert answer["Content-Type"].startswith("application/json")
    assert whole["openapi"] == "3.1.1"
    assert all(path.startswith("/api/v1/") for path in whole["paths"])
    assert "/api/v1/billing/subscription/preview" in whole["paths"]
    names = [operation["operationId"] for path in whole["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))


def test_each_operation_names_its_problem_its_keys_and_its_header():
    whole = json.loads(Api().get("schema").content)
    for path in whole["paths"].values():
        for operation in path.values():
            problem = operation["responses"]["default"]["content"]["application/problem+json"]["schema"]
            assert problem == {"$ref": "#/components/schemas/Problem"}
    cancel = whole["paths"]["/api/v1/billing/subscription/cancel"]["post"]
    headers = {parameter["name"] for parameter in cancel["parameters"] if parameter["in"] == "header"}
    assert headers == {"X-Organization", "Idempotency-Key"}
    assert {"apiKey", "loginToken"} <= {name for choice in cancel["security"] for name in choice}


def test_the_document_is_to_be_had_as_yaml():
    answer = Api().get("schema", Accept="application/vnd.oai.openapi")
    assert answer.content.startswith(b"openapi: 3.1.1")


def test_the_interactive_page_has_no_inline_script_or_style_and_loads_nothing_from_elsewhere():
    answer = Api().get("docs", Accept="text/html")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "unsafe" not in answer["Content-Security-Policy"]
    for script in re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL):
        assert script.strip() == ""
    assert "<style" not in page
    assert " style=" not in page
    assert not re.search(r"\bon\w+=", page)
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(sources) == 5
    assert all(source.startswith("/") for source in sources)
    nonces = set(re.findall(r'nonce="([^"]+)"', page))
    assert len(nonces) == 1
    assert f"'nonce-{nonces.pop()}'" in answer["Content-Security-Policy"]
    script = Api(prefix="").get(next(source for source in sources if "script=" in source))
    assert script["Content-Type"] == "application/javascript"
    assert b"/schema" in script.content
