"""`Idempotency-Key`: replayed, refused for another body, taken over after a crash, once under concurrency."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from billing.api.api_keys import ApiKeysView
from billing.domain.scopes import OF_AN_ORGANIZATION
from billing.models import ApiKey, IdempotencyRecord, StripeCommand
from billing.services import idempotency
from tests.api.calls import Api, problem
from tests.factories import OrganizationFactory, SubscriptionFactory, api_key

KEY = {"Idempotency-Key": "one"}
BODY = {"name": "ci", "scopes": ["billing:read"]}


@pytest.mark.django_db
def test_the_same_request_gets_the_same_answer(api):
    first = api.post("api-keys", BODY, **KEY)
    second = api.post("api-keys", BODY, **KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert second["Content-Type"] == first["Content-Type"]
    assert ApiKey.objects.filter(name="ci").count() == 1


@pytest.mark.django_db
def test_a_secret_is_not_kept(api):
    first, second = (api.post("api-keys", BODY, **KEY).json() for _ in "ab")
    assert first.pop("secret").startswith("ch_test_")
    assert second.pop("secret") is None
    assert first == second


@pytest.mark.django_db
def test_without_a_key_it_is_done_each_time(api):
    for _ in "ab":
        assert api.post("api-keys", BODY).status_code == 201
    assert ApiKey.objects.filter(name="ci").count() == 2
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.django_db
def test_both_prefixes_are_the_same_request(organization):
    secret = api_key(organization, *OF_AN_ORGANIZATION)
    Api(secret).post("api-keys", BODY, **KEY)
    assert Api(secret, prefix="/api/").post("api-keys", BODY, **KEY)["Idempotent-Replayed"] == "true"


@pytest.mark.django_db
def test_another_request_under_the_key_is_refused(api):
    api.post("api-keys", BODY, **KEY)
    problem(api.post("api-keys", {**BODY, "name": "other"}, **KEY), 422, "idempotency_key_reused")
    problem(api.post("billing/subscription/cancel", BODY, **KEY), 422, "idempotency_key_reused")
    assert ApiKey.objects.filter(name="other").count() == 0


@pytest.mark.django_db
def test_keys_of_two_organizations_are_two(api):
    other = Api(api_key(OrganizationFactory(), *OF_AN_ORGANIZATION))
    api.post("api-keys", BODY, **KEY)
    assert "Idempotent-Replayed" not in other.post("api-keys", {**BODY, "name": "other"}, **KEY)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "ä"])
def test_a_malformed_key_is_refused(api, key):
    problem(api.post("api-keys", BODY, **{"Idempotency-Key": key}), 400, "invalid_idempotency_key")
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.django_db
def test_the_longest_key_is_taken(api):
    assert api.post("api-keys", BODY, **{"Idempotency-Key": "x" * 255}).status_code == 201


@pytest.mark.django_db
def test_refusals_are_answered_again_too(api):
    first = api.post("api-keys", {"name": ""}, **KEY)
    second = api.post("api-keys", {"name": ""}, **KEY)
    assert problem(first, 400, "validation_error")["errors"] == second.json()["errors"]
    assert second["Idempotent-Replayed"] == "true"
    assert second["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_the_door_is_checked_before_the_key(organization, api):
    api.post("api-keys", BODY, **KEY)
    problem(Api(api_key(organization, "billing:read")).post("api-keys", BODY, **KEY), 403, "missing_scope")


@pytest.mark.django_db
def test_a_fault_of_ours_is_not_kept(api, monkeypatch):
    work = ApiKeysView.post

    def crash(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(ApiKeysView, "post", crash)
    problem(api.post("api-keys", BODY, **KEY), 500, "server_error")
    monkeypatch.setattr(ApiKeysView, "post", work)
    assert api.post("api-keys", BODY, **KEY).status_code == 201


def left_running(api, **changes):
    """The record that a process leaves which was killed in the middle of its work."""
    api.post("api-keys", {"name": ""}, **KEY)
    IdempotencyRecord.objects.update(status="running", request_id="req_crashed", **changes)


@pytest.mark.django_db
def test_while_it_runs_others_are_told_so(api):
    left_running(api)
    problem(api.post("api-keys", {"name": ""}, **KEY), 409, "idempotency_in_progress")


@pytest.mark.django_db
def test_after_the_lease_of_a_crashed_request_it_is_done_again(api):
    left_running(api, lease_until=timezone.now())
    answer = api.post("api-keys", {"name": ""}, **KEY)
    problem(answer, 400, "validation_error")
    assert IdempotencyRecord.objects.get().status == "done"


@pytest.mark.django_db
def test_a_crash_after_the_command_does_not_give_a_second_one(api, organization):
    subscription = SubscriptionFactory(organization=organization, cancel_at_period_end=True)
    command = StripeCommand.objects.create(
        organization=organization,
        operation="subscriptions.update",
        idempotency_key="cmd_1",
        request_id="req_crashed",
        result_id=subscription.stripe_id,
        actor_kind="api_key",
        actor_id="key",
    )
    api.delete("billing/subscription", **KEY)  # refused: it ends already
    crashed = {"status": "running", "request_id": "req_crashed", "lease_until": timezone.now()}
    for status, error, answer in (
        ("unknown", {}, (202, None)),
        ("failed", {"error_code": "resource_missing", "error_message": "Gone."}, (422, "resource_missing")),
        ("failed", {"error_code": "card_declined", "decline_code": "do_not_honor"}, (402, "card_declined")),
        ("done", {}, (200, None)),
    ):
        IdempotencyRecord.objects.update(**crashed)
        StripeCommand.objects.filter(pk=command.pk).update(status=status, **error)
        response = api.delete("billing/subscription", **KEY)
        assert (response.status_code, response.json().get("code")) == answer
    assert response.json()["id"] == subscription.stripe_id
    assert StripeCommand.objects.count() == 1


@pytest.mark.django_db
def test_a_command_of_another_organization_is_not_found_by_a_chosen_request_id(api):
    other = OrganizationFactory()
    StripeCommand.objects.create(
        organization=other, operation="x", idempotency_key="x", request_id="req_crashed", actor_kind="a", actor_id="b"
    )
    left_running(api, lease_until=timezone.now())
    problem(api.post("api-keys", {"name": ""}, **KEY), 400, "validation_error")


@pytest.mark.django_db
def test_a_request_id_that_the_caller_chose_is_made_unique(api, monkeypatch):
    seen = []
    claim = idempotency.claim
    monkeypatch.setattr(idempotency, "claim", lambda **given: seen.append(given["request_id"]) or claim(**given))
    for key in ("one", "two"):
        api.post("api-keys", BODY, **{"Idempotency-Key": key, "X-Request-ID": "trace-" + "7" * 58})
    assert len(set(seen)) == 2
    assert all(len(name) == 64 and name.startswith("trace-777") for name in seen)


@pytest.mark.django_db
def test_after_a_day_a_key_is_new_and_old_records_go(api):
    api.post("api-keys", BODY, **KEY)
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=24))
    answer = api.post("api-keys", {**BODY, "name": "other"}, **KEY)
    assert answer.status_code == 201
    assert idempotency.forget_old(now=timezone.now()) == 0
    assert idempotency.forget_old(now=timezone.now() + timedelta(hours=24)) == 1


def test_many_at_once_do_it_once(committing):
    secret = api_key(OrganizationFactory(), *OF_AN_ORGANIZATION)
    start = Barrier(8)

    def call(_):
        try:
            start.wait(30)
            return Api(secret).post("api-keys", BODY, **KEY)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(call, range(8)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    first = [answer for answer in answers if answer.status_code == 201 and "Idempotent-Replayed" not in answer]
    assert len(first) == 1
    assert ApiKey.objects.filter(name="ci").count() == 1


def test_many_at_once_take_a_crashed_one_over_once(committing):
    caller = Api(api_key(OrganizationFactory(), *OF_AN_ORGANIZATION))
    caller.post("api-keys", BODY, **KEY)
    ApiKey.objects.filter(name="ci").delete()
    IdempotencyRecord.objects.update(status="running", response_body="", lease_until=timezone.now())
    start = Barrier(8)

    def call(_):
        try:
            start.wait(30)
            return Api(**caller.headers).post("api-keys", BODY, **KEY).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(call, range(8))) <= {201, 409}
    assert ApiKey.objects.filter(name="ci").count() == 1
