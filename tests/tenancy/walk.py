"""Every route and method of the API, called by one organization with the names of another."""

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db import models
from django.http import HttpResponse
from django.urls import URLResolver, get_resolver

from billing.models import ApiKey, Organization, Subscription
from tests.api.calls import Api
from tests.tenancy.canaries import tenant_models

PREFIX = "api/v1/"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SHORT = 8
REFUSED = ("staff_only", "people_only", "missing_scope", "role_forbidden")
QUERIES = ("subscription", "organization", "customer", "invoice", "id", "status", "search", "q", "ordering", "cursor")
NAMES = ("public_id", "stripe_id", "pk", "number", "subscription_id", "event_id", "source_id")


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    path: str
    names_other: bool
    """Whether the path itself has an id of the other organization."""
    said: tuple[str, ...] = ()
    """What the caller said itself: an answer that repeats it shows nothing new."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    call: Call
    response: HttpResponse

    @property
    def text(self) -> str:
        """Headers and body, without what the caller said itself."""
        headers = "\n".join(f"{name}: {value}" for name, value in self.response.headers.items())
        text = f"{headers}\n{self.response.getvalue().decode('utf-8', 'replace')}"
        said = [word for word in (*re.split(r"[/?=]", self.call.path), *self.call.said) if len(word) > SHORT]
        for word in sorted(said, key=len, reverse=True):
            text = text.replace(word, "")
        return text

    @property
    def code(self) -> str:
        try:
            return str(json.loads(self.response.content)["code"])
        except (ValueError, KeyError, TypeError):
            return ""


def routes() -> dict[str, frozenset[str]]:
    """By pattern, such as `billing/invoices/<id:invoice_id>`, the methods that its view has."""
    found = {route.removeprefix(PREFIX): methods for route, methods in _routes(get_resolver())}
    return {route: methods for route, methods in sorted(found.items()) if not route.startswith(("api", "admin"))}


def _routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    for pattern in resolver.url_patterns:
        path = before + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, path)
        elif path.startswith(PREFIX):
            view = getattr(pattern.callback, "cls", None)
            yield path, frozenset(method for method in METHODS if hasattr(view, method.lower()))


def ids_of(organization: Organization) -> list[str]:
    """Everything by which somebody might name what is the organization's."""
    rows: list[models.Model] = [organization, *ApiKey.objects.filter(organization=organization)]
    for model in tenant_models():
        rows += model._default_manager.filter(organization=organization)
    found = {str(value) for row in rows for name in NAMES if (value := getattr(row, name, None)) is not None}
    return sorted(value for value in found if re.fullmatch(r"[A-Za-z0-9_-]{1,255}", value))


def calls(ids: list[str], queries: list[str]) -> Iterator[Call]:
    """Each route by each method: with each of the ids in its path, or, where it has none, in its query. Methods that
    the view does not have are tried once."""
    for (route, methods), method in itertools.product(routes().items(), METHODS):
        if "<" in route:
            for one in ids if method in methods else ids[:1]:
                yield Call(method, re.sub(r"<[^>]*>", one, route), names_other=True)
        else:
            yield Call(method, route, names_other=False)
            for query in queries if method in methods & {"GET", "DELETE"} else []:
                yield Call(method, f"{route}?{query}", names_other=False)


def queries_naming(organization: Organization) -> list[str]:
    ids = [organization.public_id, *(value for value in ids_of(organization) if value.startswith("canary"))]
    return [f"{name}={value}" for name in QUERIES for value in (ids[0], *_one_of_each(ids[1:]))]


def _one_of_each(ids: list[str]) -> list[str]:
    """One id a kind is enough for queries: they are looked up by equality."""
    return ids[:: max(1, len(ids) // 4)]


def body_naming(organization: Organization, ids: list[str]) -> dict[str, object]:
    """A body that names the other organization wherever a view might look."""
    return {
        "id": ids[0],
        "organization": organization.public_id,
        "organization_id": organization.pk,
        "orgId": organization.public_id,
        "customer": organization.stripe_customer_id,
        "subscription": next((one for one in ids if "_stripe_id_" in one), ids[0]),
        "payment_method": next((one for one in ids if "_stripe_id_" in one), ids[0]),
        "plan_id": "catalog",
        "email": "somebody@example.com",
        "role": "viewer",
        "reason": "a reason that is long enough",
    }


def walk(api: Api, other: Organization) -> Iterator[Answer]:
    """The answers to all calls but those that sign the caller out."""
    ids = ids_of(other)
    return _walk(api, list(calls(ids, queries_naming(other))), body_naming(other, ids))


def read(api: Api, other: Organization) -> Iterator[Answer]:
    """The answers to the calls that only read, with ids in paths and for `?subscription=`."""
    queries = [query for query in queries_naming(other) if query.startswith(f"{QUERIES[0]}=")]
    queries += [f"{QUERIES[0]}={row.stripe_id}" for row in Subscription.objects.filter(organization=other)]
    return _walk(api, [call for call in calls(ids_of(other), queries) if call.method == "GET"], {})


def _walk(api: Api, all_calls: list[Call], body: dict[str, object]) -> Iterator[Answer]:
    for call in all_calls:
        if call.path.startswith(("auth/logout", "webhooks")):
            continue
        writes = call.method in ("POST", "PUT", "PATCH")
        call = replace(call, said=tuple(map(str, body.values())) if writes else ())
        yield Answer(call, api(call.method, call.path, body if writes else None))


def faults(answer: Answer, canary: str) -> Iterator[str]:
    """What is wrong with an answer; nothing where it shows nothing of the other organization."""
    status = answer.response.status_code
    if canary in answer.text:
        yield f"{answer.call}: shows a canary"
    if status >= 500 and status != 503:
        yield f"{answer.call}: {status}"
    if answer.call.names_other and not _is_unknown(answer):
        yield f"{answer.call}: {status} {answer.code} for what is another's"


def _is_unknown(answer: Answer) -> bool:
    """404, or refused before anything was looked up: by method, or because only staff may."""
    status = answer.response.status_code
    refused = answer.code in REFUSED or answer.call.method == "HEAD"  # which has no body to say why; GET says it
    return status in (404, 405) or (status == 403 and refused)
