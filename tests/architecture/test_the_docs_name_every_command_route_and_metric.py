"""What users and operators may rely on is on a page of docs/."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from prometheus_client import REGISTRY

from billing.metrics import _gauges
from tests.architecture.sources import APPS, ROOT, documents

OTHERS_METRICS = ("django_", "python_", "process_")
API = "api/v1/"


def commands() -> set[str]:
    """Of our own apps and the demo; every one is a file."""
    found = (*ROOT.glob("*/management/commands/*.py"), *ROOT.glob("deploy/*/management/commands/*.py"))
    return {path.stem for path in found if not path.stem.startswith("_")}


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def api_routes() -> set[str]:
    """Below the canonical prefix, parameters as `{name}`."""
    found = (route.removeprefix(API) for route in routes(get_resolver().url_patterns) if route.startswith(API))
    return {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route) for route in found}


def metrics() -> set[str]:
    """Those that any of our modules registers, and the gauges of the tables."""
    for app in APPS:
        package = importlib.import_module(app)
        for module in pkgutil.walk_packages(package.__path__, f"{app}."):
            if ".migrations" not in module.name and ".djstripe_migrations" not in module.name:
                importlib.import_module(module.name)
    names = {family.name for family in (*REGISTRY.collect(), *_gauges(*[0] * 8))}
    return {name for name in names if not name.startswith(OTHERS_METRICS)}


def unnamed(names: set[str], text: str) -> list[str]:
    """Names that do not stand in the text as a word of their own; a parameter may be called otherwise there."""
    return sorted(name for name in names if not re.search(_as_pattern(name), text))


def _as_pattern(name: str) -> str:
    literal = re.sub(r"\\\{\w+\\\}", r"\\{\\w+\\}", re.escape(name))
    return rf"(?<![\w/]){literal}(?:_total)?(?![\w/])"


def test_each_management_command():
    assert "check_config" in commands()
    assert unnamed(commands(), documents()) == []


def test_each_route_of_the_api():
    assert "billing/subscription" in api_routes()
    assert unnamed(api_routes(), documents()) == []


def test_each_metric():
    assert {"stripe_webhook_events", "webhook_dead_letter_queue_size"} <= metrics()
    assert unnamed(metrics(), documents()) == []


def test_what_is_not_named_is_found():
    text = "`billing/invoices/{id}`, `seed_demo`, `stripe_requests_total{operation}`"
    names = {"billing/invoices", "billing/invoices/{invoice_id}", "seed", "seed_demo", "stripe_requests"}
    assert unnamed(names, text) == ["billing/invoices", "seed"]
