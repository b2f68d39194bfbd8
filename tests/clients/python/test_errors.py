"""What is refused, with which status, type and text."""

import pytest
import requests

from people import ANA, EVA, OTTO
from refusals import refused

NOT_FOUND = "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"
NOT_FOUND_TEXT = (
    "Invalid permissions, or the requested model was not found. Check that both your user and your token have the "
    "required permissions, and that the model names and/or ids are correct."
)


@pytest.fixture
def tasks(yard):
    return yard.table("Tasks")


def test_a_token_that_is_none_is_not_let_in(yard):
    with refused(401, "AUTHENTICATION_REQUIRED", "Authentication required"):
        yard.api_with("patNobody000000000").table(yard.id, "Tasks").first()
    with refused(401, "AUTHENTICATION_REQUIRED"):
        yard.api_with("patNobody000000000").whoami()


def test_a_token_that_was_revoked_is_not_let_in(yard):
    api = yard.api_of(ANA)
    assert api.whoami()["id"] == ANA
    yard.sandbox.revoke(api.api_key)
    with refused(401, "AUTHENTICATION_REQUIRED"):
        api.whoami()


def test_a_record_that_is_not_there_is_not_found(tasks):
    with refused(404, "MODEL_ID_NOT_FOUND", "Record not found"):
        tasks.get("recNowhere0000000")


def test_an_address_that_leads_nowhere_is_not_found(yard):
    with refused(404, "NOT_FOUND"):
        yard.api.get(yard.api.build_url("meta", "weather"))


@pytest.mark.parametrize("table", ["No such table", "tblNowhere0000000"])
def test_an_unknown_table_may_as_well_be_a_forbidden_one(yard, table):
    with refused(403, NOT_FOUND, NOT_FOUND_TEXT):
        yard.table(table).first()


def test_an_unknown_base_may_as_well_be_a_forbidden_one(yard):
    with refused(403, NOT_FOUND, NOT_FOUND_TEXT):
        yard.api.table("appNowhere0000000", "Tasks").first()
    with refused(403, NOT_FOUND, NOT_FOUND_TEXT):
        yard.api_of(OTTO).table(yard.id, "Tasks").first()


def test_a_token_of_another_base_opens_nothing(yard, seeded):
    other = yard.api_of(ANA, bases=[seeded.id])
    assert other.table(seeded.id, "Tasks").first()
    with refused(403, NOT_FOUND):
        other.table(yard.id, "Tasks").first()


def test_who_may_only_read_writes_nothing(yard, tasks):
    first = tasks.first()
    table = yard.base_of(EVA).table("Tasks")
    assert table.get(first["id"]) == first
    name_and_id = f"Tasks ({tasks.schema().id})"
    with refused(403, "INVALID_PERMISSIONS", f"You are not permitted to create records in table {name_and_id}"):
        table.create({"Name": "No"})
    for attempt in (
        lambda: table.update(first["id"], {"Hours": 1}),
        lambda: table.delete(first["id"]),
        lambda: table.batch_delete([first["id"]]),
    ):
        with refused(403, "INVALID_PERMISSIONS", "You are not permitted to perform this operation"):
            attempt()
    assert tasks.get(first["id"]) == first and len(tasks.all()) == 260


def test_a_token_for_reading_writes_nothing(yard, tasks):
    table = yard.base_of(ANA, scopes=["data.records:read"]).table("Tasks")
    first = table.first()
    for attempt in (
        lambda: table.create({"Name": "No"}),
        lambda: table.update(first["id"], {"Hours": 1}),
        lambda: table.delete(first["id"]),
    ):
        with refused(403, NOT_FOUND):
            attempt()
    assert tasks.get(first["id"]) == first and yard.effects("record.created") == []


@pytest.mark.parametrize(
    "ask", [lambda t: t.create({"Hors": 1}), lambda t: t.all(fields=["Hors"]), lambda t: t.all(sort=["Hors"])]
)
def test_an_unknown_field_is_named(tasks, ask):
    with refused(422, "UNKNOWN_FIELD_NAME", 'Unknown field name: "Hors"'):
        ask(tasks)


@pytest.mark.parametrize(
    "cell, value",
    [
        ("Number", "12"), ("Number", True), ("Name", 5), ("Checked", "yes"), ("Day", "tomorrow"),
        ("Day", "2026-02-03T10:00:00.000Z"), ("Moment", "later"), ("Rating", 6), ("Duration", "1:00"), ("Barcode", "123"),
        ("Person", "Ana"), ("Select", 3), ("Selects", "North"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_refused(yard, cell, value):
    with refused(422, "INVALID_VALUE_FOR_COLUMN", f'Field "{cell}" cannot accept the provided value'):
        yard.table("Everything").create({cell: value})
    assert yard.effects("record.created") == []


@pytest.mark.parametrize(
    "cell",
    ["Doubled", "Budgets", "Project names", "Projects counted", "Row", "Created", "Modified by", "Button", "Source"],
)
def test_what_is_worked_out_takes_no_value(yard, cell):
    with refused(
        422, "INVALID_VALUE_FOR_COLUMN", f'Field "{cell}" cannot accept a value because the field is computed'
    ):
        yard.table("Everything").create({cell: 1})


def test_an_unknown_choice_is_not_made_by_the_way(tasks):
    text = 'Insufficient permissions to create new select option ""Someday""'
    with refused(422, "INVALID_MULTIPLE_CHOICE_OPTIONS", text):
        tasks.create({"State": "Someday"})
    with refused(422, "INVALID_MULTIPLE_CHOICE_OPTIONS", text):
        tasks.create({"Tags": ["wet", "Someday"]})
    assert [choice.name for choice in tasks.schema().field("State").options.choices] == ["Later", "Now", "Done"]


def test_a_link_to_what_is_not_there_is_refused(yard, tasks):
    with refused(422, "ROW_DOES_NOT_EXIST", "Record ID recNowhere0000000 does not exist in this table"):
        tasks.create({"Project": ["recNowhere0000000"]})
    with refused(422, "ROW_TABLE_DOES_NOT_MATCH_LINKED_TABLE"):
        tasks.create({"Project": [tasks.first()["id"]]})
    with refused(422, "INVALID_RECORD_ID", "Value is not an array of record IDs."):
        tasks.create({"Project": ["Hull"]})


def test_a_change_of_what_is_not_there_is_refused(tasks):
    with refused(422, "ROW_DOES_NOT_EXIST", "Record ID recNowhere0000000 does not exist in this table"):
        tasks.batch_update([{"id": "recNowhere0000000", "fields": {"Hours": 1}}])


@pytest.mark.parametrize("options", [{"page_size": 0}, {"page_size": 101}, {"max_records": 0}])
def test_pages_have_bounds(tasks, options):
    with refused(422, "INVALID_REQUEST_UNKNOWN"):
        tasks.all(**options)


def test_more_than_ten_at_once_are_refused(yard, tasks):
    eleven = [{"fields": {"Name": f"New {n}"}} for n in range(11)]
    text = "A maximum of 10 records can be created per request but you have provided 11."
    with refused(422, "INVALID_RECORDS", text):
        yard.api.post(tasks.urls.records, json={"records": eleven})
    with refused(422, "INVALID_RECORDS", '"records" must be an array of up to 10 record IDs.'):
        yard.api.delete(
            tasks.urls.records, params={"records[]": [record["id"] for record in tasks.all(max_records=11)]}
        )
    assert len(tasks.all()) == 260


def test_a_body_without_fields_is_refused(yard, tasks):
    with refused(422, "INVALID_REQUEST_MISSING_FIELDS", 'Could not find field "fields" in the request body'):
        yard.api.post(tasks.urls.records, json={"name": "No"})


def test_a_token_in_the_address_is_no_token(yard, tasks):
    assert requests.get(tasks.urls.records, params={"api_key": yard.token}).status_code == 401
