"""The `Idempotency-Key` header: the same key and body get the same answer, and the work is done once.

Answers of 500 and above are not stored, nor is 202, which is none yet: the next request with the key goes on from
where that one ended, and tells what became of the command that it gave Stripe.

A key belongs to its caller: another one of the same organization who sends it is refused, lest he reads an answer
that was not given to him, or repeats the work under a key that means it to be done once.
"""

import hashlib
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from audit.context import acting, current
from billing.api.caller import Caller
from billing.api.problem import Problem
from billing.models import ApiKey, IdempotencyRecord, StripeCommand
from billing.services import idempotency
from billing.services.idempotency import Claim, StillRunning

HEADER = "Idempotency-Key"
METHODS = frozenset({"POST", "PUT", "DELETE"})
REPLAYED = "Idempotent-Replayed"

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_ID_LENGTH = 64


Keep = Callable[[Response], None]
"""Stores the answer. Raises StillRunning where another request took the key over."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a view can do under a key: `begin` the request, or `resume` it from the command of one of its
    `operations` that it gave. Both answer errors too, instead of raising them. `begin` may store its answer by
    itself, in the transaction of the change, by the Keep that it is given."""

    operations: frozenset[str]
    begin: Callable[[Keep], Response]
    resume: Callable[[StripeCommand], Response]


def answer_once(request: Request, caller: Caller, work: Work) -> HttpResponseBase:
    """Do the work unless the key's answer is there already.

    Raises Problem `invalid_idempotency_key`, and KeyReused or StillRunning of `billing.services.idempotency`.
    """
    claim = idempotency.claim(
        scope=caller.holder,
        key=_key(request),
        request_hash=_hash(request, caller),
        request_id=_unique_request_id(request),
        commands=_commands(caller).filter(operation__in=work.operations),
        now=timezone.now(),
    )
    if claim.answer is not None:
        return _again(claim.answer)
    try:
        with acting(request_id=claim.record.request_id), idempotency.holding(claim.record):
            response = work.begin(partial(_keep, claim)) if claim.command is None else work.resume(claim.command)
    except BaseException:
        idempotency.release(claim.record, now=timezone.now())
        raise
    _settle(claim, response)
    return response


def _key(request: Request) -> str:
    key = request.headers[HEADER]
    if not _KEY.fullmatch(key):
        raise Problem("invalid_idempotency_key", f"{HEADER} is 1 to 255 visible ASCII characters.")
    return key


def _hash(request: Request, caller: Caller) -> str:
    """Of caller, method, route and body; the prefixes /api/ and /api/v1/ are the same route."""
    route = request.get_full_path().replace("/api/v1/", "/api/", 1)
    head = f"{caller.identity} {request.method} {route}\n".encode()
    return hashlib.sha256(head + request._request.body).hexdigest()


def _unique_request_id(request: Request) -> str:
    """The request's own id. One that the client chose may be used twice, so it gets an ending."""
    request_id = current().request_id
    if "X-Request-ID" not in request.headers:
        return request_id
    ending = f".{uuid.uuid4().hex}"
    return request_id[: _ID_LENGTH - len(ending)] + ending


def _commands(caller: Caller) -> QuerySet[StripeCommand]:
    if caller.organization is not None:
        return StripeCommand.objects.filter(organization=caller.organization)
    own = [caller.actor.id]
    if caller.key is not None:
        own += ApiKey.objects.filter(family=caller.key.line).values_list("public_id", flat=True)
        own.append(caller.key.line)
    return StripeCommand.objects.filter(actor_kind=caller.actor.kind, actor_id__in=own)


def _again(record: IdempotencyRecord) -> HttpResponse:
    response = HttpResponse(record.response_body, status=record.response_status, content_type=record.response_type)
    response[REPLAYED] = "true"
    if not record.response_type:
        del response["Content-Type"]  # there was no body
    return response


def _waits_for_stripe(response: Response) -> bool:
    """A 202 that names a command; other 202s, such as that of usage events, are final."""
    accepted = response.status_code == HTTPStatus.ACCEPTED
    return accepted and isinstance(response.data, dict) and "command" in response.data


def _settle(claim: Claim, response: Response) -> None:
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or _waits_for_stripe(response):
        idempotency.release(claim.record, now=timezone.now())
        return
    _stored(claim, response)


def _keep(claim: Claim, response: Response) -> None:
    if not _stored(claim, response):
        raise StillRunning("Another request with this Idempotency-Key took over; ask again in a moment.")


def _stored(claim: Claim, response: Response) -> bool:
    return idempotency.keep(
        claim.record,
        status=response.status_code,
        body=getattr(response, "kept_body", response.content).decode(),
        content_type=response.headers.get("Content-Type", ""),
    )
