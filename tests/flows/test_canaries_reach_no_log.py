"""Secrets, cards and persons are pushed through every path of real processes that might write them down; then all
that the processes wrote is searched, and the tables that keep errors (S13)."""

import http.client
import json
import os
import re
import socket
import subprocess
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.db import connection

from billing.domain.scopes import OF_AN_ORGANIZATION, Scope
from billing.models import Organization, WebhookEvent
from tests.factories import OrganizationFactory, api_key
from tests.flows.processes import BASE, CELERY, Processes, until
from tests.inbox.webhooks import URL, encoded, event, signed

pytestmark = pytest.mark.processes

SECRETS = [
    "sk_" + "live_51CanaryCanary",
    "rk_" + "test_51CanaryCanary",
    "whsec_" + "CanaryCanaryCanary",
    "ch_" + "test_CanaryCanary-1",
    "pi_3N_secret_" + "CanaryCanary",
]
CARD, EMAIL, NAME, PASSWORD = "4242424242424242", "canary.person@example.com", "Jane Canary", "Canary-Pass-Word"
EVERYTHING = " ".join([*SECRETS, CARD, EMAIL, NAME, PASSWORD])
TRACES = ("canary", CARD, "jane")


def send(base: str, method: str, path: str, body: bytes = b"", **headers: str) -> int:
    web = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        web.request(method, path, body or None, named)
        answer = web.getresponse()
        answer.read()
        return answer.status
    finally:
        web.close()


def raw(base: str, text: str) -> None:
    parts = urlsplit(base)
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30) as sender:
        sender.sendall(text.encode())
        sender.shutdown(socket.SHUT_WR)
        while sender.recv(4096):
            pass


def ask_the_api(base: str, key: str, staff: str) -> None:
    mine = {"Authorization": f"Bearer {key}", "Content_Type": "application/json"}
    person = json.dumps({"email": EMAIL, "password": PASSWORD, "name": NAME, "note": EVERYTHING}).encode()
    for path in ("billing/invoices", "organization", "auth/login", "organizations", "nothing", "agents/execute"):
        for method in ("GET", "POST", "PATCH", "DELETE"):
            send(base, method, f"/api/v1/{path}?{urlencode({'q': EVERYTHING, 'status': NAME})}", person, **mine)
    for wrong in SECRETS:
        send(base, "GET", "/api/v1/billing/invoices", Authorization=f"Bearer {wrong}")
    send(base, "GET", "/api/v1/auth/me", Authorization="Basic Q2FuYXJ5OkNhbmFyeQ==", Cookie=f"sessionid={PASSWORD}")
    send(base, "GET", f"/api/v1/billing/invoices/{quote(NAME)}", User_Agent=EVERYTHING, Referer=EVERYTHING, **mine)
    send(base, "GET", f"/{quote(NAME)}/{CARD}", User_Agent=EVERYTHING)
    send(base, "POST", "/api/v1/billing/subscriptions", b'{"name": "' + NAME.encode(), **mine)
    send(
        base, "POST", "/api/v1/organizations", person, Authorization=f"Bearer {staff}", Content_Type="application/json"
    )
    send(base, "POST", "/api/v1/usage/events", json.dumps([{"id": EVERYTHING}]).encode(), **mine)
    for path in ("/api/v1/meta/features", "/admin/login/"):
        assert send(base, "POST", f"{path}?{urlencode({'q': NAME})}", person, X_Crash=EVERYTHING, **mine) == 500


def use_the_admin(base: str) -> None:
    form = urlencode({"username": EMAIL, "password": PASSWORD, "next": f"/{NAME}"}).encode()
    send(
        base,
        "POST",
        f"/admin/login/?{urlencode({'next': NAME})}",
        form,
        Content_Type="application/x-www-form-urlencoded",
    )
    send(base, "GET", f"/admin/search/?{urlencode({'s': EVERYTHING})}", Cookie=f"sessionid={PASSWORD}")


def be_stripe(base: str, organization: Organization) -> None:
    customer = {
        "id": "cus_canary1",
        "object": "customer",
        "name": NAME,
        "email": EMAIL,
        "description": EVERYTHING,
        "created": "not a time: " + EVERYTHING,
    }
    body = encoded(event("evt_1", about=customer))
    assert send(base, "POST", URL, body, Stripe_Signature=signed(body), **{"Content-Type": "application/json"}) == 200
    for wrong in (EVERYTHING.encode(), b"{" + EVERYTHING.encode()):
        assert send(base, "POST", URL, wrong, Stripe_Signature=signed(wrong)) == 400
        assert send(base, "POST", URL, wrong, Stripe_Signature=EVERYTHING.replace(" ", ",")) == 400


def speak_badly(base: str) -> None:
    """What gunicorn itself cannot read."""
    raw(base, f"GET /?key={SECRETS[0]} {NAME} HTTP/1.1\r\nHost: x\r\n\r\n")
    raw(base, f"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization Bearer {SECRETS[0]} {NAME}\r\n\r\n")
    raw(base, f"GET / HTTP/9.{CARD}\r\n\r\n")
    raw(base, f"GET / HTTP/1.1\r\nHost: {EMAIL}\r\nTransfer-Encoding: {NAME}\r\n\r\n")


def fail_in_the_worker(processes: Processes) -> None:
    worker = processes.worker()
    for task in ("billing.process_webhooks", "no.such_task"):
        arguments = ["--args", json.dumps([EVERYTHING]), "--kwargs", json.dumps({"name": EVERYTHING})]
        environment = {**os.environ, **processes.environment, "PYTHONWARNINGS": "ignore"}
        words = [*CELERY, "call", task, *arguments]
        subprocess.run(words, cwd=BASE, env=environment, check=True, capture_output=True, timeout=60)
    until(lambda: "TypeError" in worker.words() and "no.such_task" in worker.words(), what="both failures")


def kept_errors() -> str:
    """What the tables remember of failures, and the log of the audit."""
    texts = []
    with connection.cursor() as cursor:
        for column, table in (
            ("error_message", "billing_webhookevent"),
            ("error_message", "billing_stripecommand"),
            ("content", "audit_auditentry"),  # what may be erased lies beside it
        ):
            cursor.execute(f"SELECT coalesce(string_agg({column}::text, ' '), '') FROM {table}")
            texts.append(cursor.fetchone()[0])
    return " ".join(texts)


def found(text: str) -> list[str]:
    """The lines with a trace of a canary; ids of our own making do not count."""
    text = text.replace("cus_canary1", "cus_1")
    return [line[:600] for line in text.splitlines() if any(trace in line.lower() for trace in TRACES)]


def test_nothing_of_them_is_found(processes: Processes, sandbox: str) -> None:
    base = processes.web(settings="tests.flows.crashing", GUNICORN_CMD_ARGS="--access-logfile -")
    organization = OrganizationFactory()
    ask_the_api(base, api_key(organization, *OF_AN_ORGANIZATION), api_key(None, *Scope))
    use_the_admin(base)
    be_stripe(base, organization)
    speak_badly(base)
    fail_in_the_worker(processes)
    processes.manage("process_webhooks")
    done = processes.manage("process_webhooks", "--json")
    written = "\n".join([*(each.words() for each in processes.started), done.stdout, done.stderr])
    assert "request_finished" in written
    assert written.count("crash on request") >= 2
    assert re.search(r"127\.0\.0\.1 GET 404 \d+ [\d.]+ req_\w+", written)  # the access log
    assert "Invalid request from ip=127.0.0.1" in written
    event_row: Any = WebhookEvent.objects.get(stripe_event_id="evt_1")
    assert event_row.error_message, event_row.status
    assert found(written) == []
    assert found(kept_errors()) == []


def test_the_search_finds_what_there_is() -> None:
    assert found(f"a\nsaid {NAME}\n{CARD}\nb") == [f"said {NAME}", CARD]
