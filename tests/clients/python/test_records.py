"""Making, changing and deleting records, one by one and in batches."""

import pytest

from refusals import refused


@pytest.fixture
def tasks(yard):
    return yard.table("Tasks")


def names(records):
    return [record["fields"]["Name"] for record in records]


def ids(records):
    return [record["id"] for record in records]


VARNISH = {
    "Name": "Varnish",
    "Hours": 2.5,
    "State": "Now",
    "Tags": ["wet", "dusty"],
    "Urgent": True,
    "Due": "2026-05-06",
}


def test_a_record_reads_back_as_it_was_made(tasks):
    made = tasks.create(VARNISH)
    assert made["fields"] == VARNISH
    assert made["createdTime"].endswith("Z")
    assert tasks.get(made["id"]) == made
    assert made in tasks.all()


def test_a_batch_of_25_is_three_requests_and_25_records(yard, tasks):
    made = tasks.batch_create({"Name": f"New {n}", "Hours": n} for n in range(25))
    assert names(made) == [f"New {n}" for n in range(25)]
    assert len(yard.requests("records.create")) == 3
    assert yard.effects("record.created") == ids(made)
    assert len(tasks.all()) == 285


def test_empty_cells_are_left_out(tasks):
    made = tasks.create({"Name": "", "Hours": None, "Tags": [], "Urgent": False, "Due": None, "Project": []})
    assert made["fields"] == {}
    assert tasks.get(made["id"])["fields"] == {}


def test_nothing_may_be_written_to_every_field_that_may_be_written(yard):
    schema = yard.table("Everything").schema()
    computed = {
        "formula", "rollup", "multipleLookupValues", "count", "autoNumber", "createdTime", "lastModifiedTime", "createdBy",
        "lastModifiedBy", "button", "aiText", "externalSyncSource", "manualSort",
    }  # fmt: skip
    writable = [field.name for field in schema.fields if field.type not in computed]
    assert len(writable) == 21
    made = yard.table("Everything").create({name: None for name in writable}, typecast=True)
    assert made["id"] in yard.effects("record.created")
    assert not set(writable) & set(made["fields"])


def test_an_update_leaves_alone_what_it_does_not_name(tasks):
    made = tasks.create(VARNISH)
    updated = tasks.update(made["id"], {"Hours": 3, "Tags": ["loud"], "Urgent": None})
    expected = {**VARNISH, "Hours": 3, "Tags": ["loud"]}
    del expected["Urgent"]
    assert updated == {**made, "fields": expected}
    assert tasks.get(made["id"]) == updated


def test_a_replacement_clears_what_it_does_not_name(tasks):
    made = tasks.create(VARNISH)
    replaced = tasks.update(made["id"], {"Name": "Tar", "Hours": 1}, replace=True)
    assert replaced["fields"] == {"Name": "Tar", "Hours": 1}


def test_a_replacement_leaves_alone_what_is_worked_out(yard):
    everything = yard.table("Everything")
    full = everything.first(formula="{Name}='Full'")
    replaced = everything.update(full["id"], {"Name": "Full", "Number": 4}, replace=True)
    assert replaced["fields"]["Doubled"] == 8
    for computed in ("Row", "Created", "Created by", "Button", "Summary", "Source", "Order"):
        assert replaced["fields"][computed] == full["fields"][computed], computed
    assert "Email" not in replaced["fields"] and "Projects" not in replaced["fields"]


def test_a_batch_of_updates_keeps_its_order(yard, tasks):
    twelve = list(reversed(tasks.all(max_records=12)))
    updated = tasks.batch_update({"id": one["id"], "fields": {"Hours": n}} for n, one in enumerate(twelve))
    assert ids(updated) == ids(twelve)
    assert [one["fields"]["Hours"] for one in updated] == list(range(12))
    assert all(one["fields"]["State"] == before["fields"]["State"] for one, before in zip(updated, twelve))
    assert len(yard.requests("records.update")) == 2
    assert sorted(yard.effects("record.updated")) == sorted(ids(twelve))


def test_a_batch_of_replacements_clears(tasks):
    three = tasks.all(max_records=3)
    replaced = tasks.batch_update([{"id": one["id"], "fields": {"Name": "Same"}} for one in three], replace=True)
    assert [one["fields"] for one in replaced] == [{"Name": "Same"}] * 3


def test_a_deleted_record_is_gone(yard, tasks):
    made = tasks.create(VARNISH)
    assert tasks.delete(made["id"]) == {"id": made["id"], "deleted": True}
    assert yard.effects("record.deleted") == [made["id"]]
    with refused(404, "MODEL_ID_NOT_FOUND", "Record not found"):
        tasks.get(made["id"])


def test_25_are_deleted_by_three_requests(yard, tasks):
    doomed = ids(tasks.all(max_records=25))
    assert tasks.batch_delete(doomed) == [{"id": id, "deleted": True} for id in doomed]
    assert len(yard.requests("records.delete")) == 3
    assert yard.effects("record.deleted") == doomed
    left = ids(tasks.all())
    assert len(left) == 235 and not set(left) & set(doomed)


def test_a_batch_with_one_mistake_changes_nothing(yard, tasks):
    with refused(422, "UNKNOWN_FIELD_NAME", 'Unknown field name: "Hors"'):
        tasks.batch_create([{"Name": "One"}, {"Name": "Two", "Hors": 2}, {"Name": "Three"}])
    with refused(422, "INVALID_VALUE_FOR_COLUMN"):
        first, second = tasks.all(max_records=2)
        tasks.batch_update(
            [{"id": first["id"], "fields": {"Hours": 1}}, {"id": second["id"], "fields": {"Hours": "two"}}]
        )
    assert yard.effects("record.created") == [] and yard.effects("record.updated") == []
    assert tasks.get(first["id"]) == first


def test_both_sides_of_a_link_agree(yard, tasks):
    projects = yard.table("Projects")
    hull, rig = (projects.first(formula=f"{{Name}}='{name}'") for name in ("Hull", "Rig"))
    made = tasks.create({"Name": "Caulk", "Project": [hull["id"]]})
    assert made["id"] in projects.get(hull["id"])["fields"]["Tasks"]
    tasks.update(made["id"], {"Project": [rig["id"]]})
    assert made["id"] not in projects.get(hull["id"])["fields"]["Tasks"]
    assert made["id"] in projects.get(rig["id"])["fields"]["Tasks"]
    tasks.delete(made["id"])
    assert made["id"] not in projects.get(rig["id"])["fields"]["Tasks"]


def test_typecast_understands_what_is_otherwise_refused(yard, tasks):
    typed = {"Name": "Cast", "Hours": "3.5", "State": "Someday", "Urgent": "true", "Project": ["Sails"]}
    with refused(422, "INVALID_VALUE_FOR_COLUMN", 'Field "Hours" cannot accept the provided value'):
        tasks.create(typed)
    made = tasks.create(typed, typecast=True)
    sails = yard.table("Projects").first(formula="{Name}='Sails'")
    expected = {"Name": "Cast", "Hours": 3.5, "State": "Someday", "Urgent": True, "Project": [sails["id"]]}
    assert made["fields"] == expected
    choices = tasks.schema(force=True).field("State").options.choices
    assert [choice.name for choice in choices] == ["Later", "Now", "Done", "Someday"]
    updated = tasks.update(made["id"], {"Hours": "4"}, typecast=True)
    assert updated["fields"]["Hours"] == 4


def test_cells_are_keyed_by_ids_where_they_are_asked_for_so(yard, tasks):
    schema = tasks.schema()
    name, hours = schema.field("Name").id, schema.field("Hours").id
    made = tasks.create({"Name": "Keyed", hours: 7}, use_field_ids=True)
    assert made["fields"] == {name: "Keyed", hours: 7}
    assert tasks.get(made["id"], use_field_ids=True) == made
    assert tasks.get(made["id"])["fields"] == {"Name": "Keyed", "Hours": 7}
    assert tasks.update(made["id"], {"Hours": 8}, use_field_ids=True)["fields"] == {name: "Keyed", hours: 8}
    [batch] = tasks.batch_create([{hours: 1}], use_field_ids=True)
    assert batch["fields"] == {hours: 1}
    assert set(tasks.first(use_field_ids=True)["fields"]) <= {field.id for field in schema.fields}
    always = yard.api_with(yard.token, use_field_ids=True).table(yard.id, "Tasks")
    assert always.get(made["id"])["fields"] == {name: "Keyed", hours: 8}


def test_names_may_be_written_in_another_case_and_hold_slashes_and_spaces(yard):
    log = yard.table("in/out log")
    made = log.create({"What": "Tar", "Amount/Total": 4})
    assert yard.table("IN/OUT LOG").get(made["id"]) == made
    by_id = yard.table(yard.base.schema().table("In/Out Log").id)
    assert by_id.all(formula="{Amount/Total}=4") == [made]
    assert log.update(made["id"], {"What": "Pitch"})["fields"]["What"] == "Pitch"
    assert log.delete(made["id"])["deleted"]
