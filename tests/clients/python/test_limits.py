"""Too many requests, a month used up, and a server that fails."""

import pytest
import requests
from pyairtable import retry_strategy
from requests.exceptions import RetryError

from refusals import refused

NOTHING = {"per_base": 0}
IMPATIENT = retry_strategy(total=2, backoff_factor=0.01)


def statuses(yard, route):
    return [one["status"] for one in yard.requests(route)]


def test_pyairtable_waits_and_asks_again(yard):
    tasks = yard.table("Tasks")
    with yard.sandbox.knobs(rate={"per_base": 2}):
        made = [tasks.create({"Name": f"New {n}"}) for n in range(6)]
    assert 429 in statuses(yard, "records.create") and statuses(yard, "records.create").count(200) == 6
    assert yard.effects("record.created") == [record["id"] for record in made]


def test_who_says_when_to_ask_again_is_obeyed(yard):
    with yard.sandbox.knobs(rate={"per_base": 1, "retry_after": True}):
        assert all(yard.table("Tasks").first() for _ in range(4))
    told = statuses(yard, "records.list")
    assert 429 in told and (429, 429) not in zip(told, told[1:])


def test_pyairtable_gives_up_in_the_end(yard):
    api = yard.api_with(yard.token, retry_strategy=IMPATIENT)
    tasks = api.table(yard.id, "Tasks")
    with yard.sandbox.knobs(rate=NOTHING):
        with pytest.raises(RetryError):
            tasks.create({"Name": "Never"})
    assert statuses(yard, "records.create") == [429] * 3
    assert yard.effects("record.created") == []


def test_without_patience_the_refusal_itself_is_seen(yard):
    api = yard.api_with(yard.token, retry_strategy=None)
    with yard.sandbox.knobs(rate=NOTHING):
        with refused(429, "RATE_LIMIT_REACHED", "Rate limit exceeded. Please try again later"):
            api.table(yard.id, "Tasks").first()
        with refused(429, "RATE_LIMIT_REACHED"):
            api.base(yard.id).schema()


def test_a_month_that_is_used_up_is_told_apart(yard):
    api = yard.api_with(yard.token, retry_strategy=None)
    text = "API billing plan limit exceeded. You've reached the maximum number of requests allowed for this month."
    with yard.sandbox.knobs(quota={"calls": 2}):
        tasks = api.table(yard.id, "Tasks")
        assert tasks.first() and tasks.first()
        with refused(429, "PUBLIC_API_BILLING_LIMIT_EXCEEDED", text):
            tasks.first()
        assert api.base(yard.id).schema().table("Tasks")


def test_a_server_that_fails_is_not_asked_again(yard):
    tasks = yard.table("Tasks")
    with yard.sandbox.knobs(failures=[{"route": "records.create", "status": 503, "chance": 1}]):
        with refused(503, "RETRIABLE_ERROR"):
            tasks.create({"Name": "Never"})
    with yard.sandbox.knobs(failures=[{"route": "records.*", "status": 500, "chance": 1}]):
        with refused(500, "SERVER_ERROR"):
            tasks.create({"Name": "Never"})
    assert statuses(yard, "records.create") == [503, 500] and yard.effects("record.created") == []


def test_an_answer_that_is_no_json_is_an_error_all_the_same(yard):
    with yard.sandbox.knobs(failures=[{"route": "*", "status": 502, "chance": 1}]):
        with pytest.raises(requests.HTTPError) as caught:
            yard.table("Tasks").first()
    assert caught.value.response.status_code == 502


def test_an_answer_may_be_lost_after_the_work_is_done(yard):
    tasks = yard.table("Tasks")
    lost = {"route": "records.create", "chance": 1, "do": "drop"}
    api = yard.api_with(yard.token, retry_strategy=None)
    with yard.sandbox.knobs(after_commit=[lost]):
        with pytest.raises(requests.ConnectionError):
            api.table(yard.id, "Tasks").create({"Name": "Lost"})
    assert yard.effects("record.created") == [tasks.first(formula="{Name}='Lost'")["id"]]
