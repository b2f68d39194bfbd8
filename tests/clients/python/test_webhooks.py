"""Webhooks: what happened to a base, told in order, and pings that say that something did."""

from datetime import timedelta

import pytest
from pyairtable.models import WebhookNotification
from pyairtable.models.webhook import WebhookSpecification

from listener import listening
from people import ANA, BEN
from refusals import refused
from waiting import wait_for

NOWHERE = None
DAY = 24 * 60 * 60
DATA = {"dataTypes": ["tableData"]}
ALL = {"dataTypes": ["tableData", "tableFields", "tableMetadata"]}


@pytest.fixture
def tasks(yard):
    return yard.table("Tasks")


def hook(yard, filters=DATA, url=NOWHERE, **includes):
    options = {"filters": filters, **({"includes": includes} if includes else {})}
    return yard.base.webhook(yard.base.add_webhook(url, {"options": options}).id)


def told(webhook, cursor=1):
    return list(webhook.payloads(cursor))


def field(table, name):
    return table.schema().field(name).id


def test_a_webhook_is_made_listed_and_deleted(yard):
    made = yard.base.add_webhook("http://127.0.0.1:9/hook", {"options": {"filters": DATA}})
    assert made.id.startswith("ach") and made.mac_secret_base64
    [listed] = yard.base.webhooks()
    assert (listed.id, listed.notification_url, listed.expiration_time) == (
        made.id,
        "http://127.0.0.1:9/hook",
        made.expiration_time,
    )
    assert listed.are_notifications_enabled and listed.is_hook_enabled and listed.cursor_for_next_payload == 1
    assert listed.specification.options.filters.data_types == ["tableData"]
    assert "macSecretBase64" not in listed._raw
    listed.delete()
    assert yard.base.webhooks() == []


def test_a_specification_comes_back_as_it_was_given(yard, tasks):
    filters = {
        **ALL,
        "recordChangeScope": tasks.schema().id,
        "changeTypes": ["add", "update"],
        "fromSources": ["client"],
        "watchDataInFieldIds": [field(tasks, "Hours")],
    }
    includes = {"includeCellValuesInFieldIds": "all", "includePreviousCellValues": True}
    given = {"options": {"filters": filters, "includes": includes}}
    assert hook(yard, filters, **includes).specification == WebhookSpecification(**given)


def test_nothing_has_happened_at_first(yard):
    assert told(hook(yard)) == []


def test_what_a_program_does_is_told(yard, tasks):
    webhook = hook(yard)
    made = tasks.create({"Name": "Told", "Hours": 2})
    [payload] = told(webhook)
    assert payload.action_metadata.source == "publicApi"
    assert payload.action_metadata.source_metadata["user"] == {
        "id": ANA,
        "email": "ana@example.org",
        "name": "Ana",
        "permissionLevel": "create",
    }
    assert payload.payload_format == "v0" and payload.cursor == 1
    change = payload.changed_tables_by_id[tasks.schema().id]
    record = change.created_records_by_id[made["id"]]
    assert record.cell_values_by_field_id.items() >= {field(tasks, "Name"): "Told", field(tasks, "Hours"): 2}.items()
    assert made["createdTime"] == change._raw["createdRecordsById"][made["id"]]["createdTime"]


def test_what_a_person_does_is_told(yard, tasks):
    webhook = hook(yard)
    edited = yard.edit("Tasks", BEN, create=[{"Name": "By hand"}])
    [payload] = told(webhook)
    assert payload.action_metadata.source == "client"
    assert payload.action_metadata.source_metadata["user"]["id"] == BEN
    assert list(payload.changed_tables_by_id[tasks.schema().id].created_records_by_id) == edited["created"]


def test_a_change_tells_what_was_and_what_is(yard, tasks):
    first = tasks.first()
    webhook = hook(yard, includePreviousCellValues=True, includeCellValuesInFieldIds=[field(tasks, "Name")])
    yard.edit("Tasks", BEN, update=[{"id": first["id"], "fields": {"Hours": 77}}])
    [payload] = told(webhook)
    change = payload.changed_tables_by_id[tasks.schema().id].changed_records_by_id[first["id"]]
    assert change.current.cell_values_by_field_id == {field(tasks, "Hours"): 77}
    assert change.previous.cell_values_by_field_id == {field(tasks, "Hours"): first["fields"]["Hours"]}
    assert change.unchanged.cell_values_by_field_id == {field(tasks, "Name"): "Task 001"}


def test_cells_are_told_in_the_form_of_webhooks(yard, tasks):
    webhook = hook(yard)
    hull = yard.table("Projects").first(formula="{Name}='Hull'")["id"]
    made = tasks.create({"Name": "Shaped", "State": "Now", "Tags": ["wet"], "Project": [hull]})
    [payload] = told(webhook)
    cells = payload.changed_tables_by_id[tasks.schema().id].created_records_by_id[made["id"]].cell_values_by_field_id
    choice = tasks.schema().field("State").options.choices[1]
    assert cells[field(tasks, "State")] == {"id": choice.id, "name": "Now", "color": choice.color}
    assert [tag["name"] for tag in cells[field(tasks, "Tags")]] == ["wet"]
    assert cells[field(tasks, "Project")] == [{"id": hull, "name": "Hull"}]


def test_deleted_records_are_named(yard, tasks):
    doomed = [record["id"] for record in tasks.all(max_records=3)]
    webhook = hook(yard)
    tasks.batch_delete(doomed)
    [payload] = told(webhook)
    assert sorted(payload.changed_tables_by_id[tasks.schema().id].destroyed_record_ids) == sorted(doomed)


def test_changes_of_the_schema_are_told(yard, tasks):
    webhook = hook(yard, ALL, includePreviousFieldDefinitions=True)
    made = tasks.create_field("Note", "singleLineText")
    made.name = "Remark"
    made.save()
    schema = tasks.schema()
    schema.name = "Jobs"
    schema.save()
    books = yard.base.create_table("Books", [{"name": "Title", "type": "singleLineText"}])
    creation, renaming, retitling, table = told(webhook)
    created = creation.changed_tables_by_id[schema.id].created_fields_by_id[made.id]
    assert (created.name, created.type) == ("Note", "singleLineText")
    changed = renaming.changed_tables_by_id[schema.id].changed_fields_by_id[made.id]
    assert (changed.current.name, changed.previous.name) == ("Remark", "Note")
    metadata = retitling.changed_tables_by_id[schema.id].changed_metadata
    assert (metadata.current.name, metadata.previous.name) == ("Jobs", "Tasks")
    new = table.created_tables_by_id[books.schema().id]
    assert new.metadata.name == "Books" and [one.name for one in new.fields_by_id.values()] == ["Title"]


def test_only_the_kinds_of_data_asked_for_are_told(yard, tasks):
    webhook = hook(yard, {"dataTypes": ["tableFields"]})
    tasks.create({"Name": "Not told"})
    made = tasks.create_field("Told", "singleLineText")
    [payload] = told(webhook)
    assert list(payload.changed_tables_by_id[tasks.schema().id].created_fields_by_id) == [made.id]


def test_only_the_sources_asked_for_are_told(yard, tasks):
    webhook = hook(yard, {**DATA, "fromSources": ["client"]})
    tasks.create({"Name": "By a program"})
    created = yard.edit("Tasks", create=[{"Name": "By hand"}])["created"]
    [payload] = told(webhook)
    assert list(payload.changed_tables_by_id[tasks.schema().id].created_records_by_id) == created


def test_only_the_table_asked_for_is_told(yard, tasks):
    projects = yard.table("Projects")
    webhook = hook(yard, {**DATA, "recordChangeScope": projects.schema().id})
    tasks.create({"Name": "Elsewhere"})
    made = projects.create({"Name": "Here"})
    [payload] = told(webhook)
    assert list(payload.changed_tables_by_id) == [projects.schema().id]
    assert list(payload.changed_tables_by_id[projects.schema().id].created_records_by_id) == [made["id"]]


def test_only_the_fields_and_changes_asked_for_are_told(yard, tasks):
    hours = field(tasks, "Hours")
    watching = hook(yard, {**DATA, "watchDataInFieldIds": [hours], "changeTypes": ["update"]})
    first = tasks.first()["id"]
    tasks.create({"Name": "Added", "Hours": 1})
    tasks.update(first, {"Name": "Another name"})
    tasks.update(first, {"Hours": 55})
    [payload] = told(watching)
    [change] = payload.changed_tables_by_id[tasks.schema().id].changed_records_by_id.values()
    assert change.current.cell_values_by_field_id == {hours: 55}


def test_both_tables_of_a_link_are_told(yard, tasks):
    sails = yard.table("Projects").first(formula="{Name}='Sails'")["id"]
    webhook = hook(yard)
    made = tasks.create({"Name": "Sew", "Project": [sails]})
    [payload] = told(webhook)
    projects = yard.table("Projects").schema()
    change = payload.changed_tables_by_id[projects.id].changed_records_by_id[sails]
    assert change.current.cell_values_by_field_id == {projects.field("Tasks").id: [{"id": made["id"], "name": "Sew"}]}


def test_a_cursor_goes_on_where_it_was(yard, tasks):
    webhook = hook(yard)
    made = [tasks.create({"Name": f"New {n}"})["id"] for n in range(3)]
    payloads = told(webhook)
    assert [payload.cursor for payload in payloads] == [1, 2, 3]
    created = [list(one.changed_tables_by_id[tasks.schema().id].created_records_by_id) for one in payloads]
    assert created == [[id] for id in made]
    numbers = [payload.base_transaction_number for payload in payloads]
    assert numbers == sorted(set(numbers))
    assert told(webhook, cursor=3) == payloads[2:] and told(webhook, cursor=4) == []
    assert [payload.cursor for payload in webhook.payloads(2, limit=1)] == [2]
    assert yard.base.webhook(webhook.id).cursor_for_next_payload == 4
    assert told(webhook) == payloads, "a cursor takes nothing away"


def test_more_payloads_than_a_page_holds_are_all_read(yard, tasks):
    webhook = hook(yard)
    for n in range(55):
        yard.edit("Tasks", create=[{"Name": f"New {n}"}])
    assert [payload.cursor for payload in told(webhook)] == list(range(1, 56))
    assert len(yard.requests("webhooks.payloads")) == 2


def test_one_action_may_be_told_in_several_payloads(yard, tasks):
    webhook = hook(yard)
    with yard.sandbox.knobs(payloads={"records_max": 2}):
        made = tasks.batch_create([{"Name": f"New {n}"} for n in range(5)])
    payloads = told(webhook)
    assert len(payloads) == 3
    assert len({(one.timestamp, one.base_transaction_number, str(one.action_metadata)) for one in payloads}) == 1
    created = [id for one in payloads for id in one.changed_tables_by_id[tasks.schema().id].created_records_by_id]
    assert sorted(created) == sorted(record["id"] for record in made)


def test_pings_are_signed_and_say_nothing_but_where(yard, tasks):
    with listening() as listener:
        made = yard.base.add_webhook(f"{listener.url}/hook", {"options": {"filters": DATA}})
        tasks.create({"Name": "Heard"})
        path, headers, body = listener.heard.get(timeout=20)
        assert path == "/hook"
        body, mac = body.decode(), headers["X-Airtable-Content-MAC"]
        notification = WebhookNotification.from_request(body, mac, made.mac_secret_base64)
        assert (notification.base.id, notification.webhook.id) == (yard.id, made.id)
        with pytest.raises(ValueError):
            WebhookNotification.from_request(body, mac, b"another secret")
        with pytest.raises(ValueError):
            WebhookNotification.from_request(body.replace(made.id, "achNowhere0000000"), mac, made.mac_secret_base64)
        succeeded = lambda: yard.base.webhook(made.id).last_successful_notification_time
        wait_for("the success is told", succeeded)
        assert yard.base.webhook(made.id).last_notification_result.success


def test_pings_may_be_turned_off_and_payloads_go_on(yard, tasks):
    with listening() as listener:
        quiet, loud = (hook(yard, url=f"{listener.url}/{name}") for name in ("quiet", "loud"))
        quiet.disable_notifications()
        assert not yard.base.webhook(quiet.id).are_notifications_enabled
        tasks.create({"Name": "Heard by one"})
        assert listener.heard.get(timeout=20)[0] == "/loud"
        assert listener.heard.empty() and len(told(quiet)) == 1
        loud.disable_notifications()
        quiet.enable_notifications()
        tasks.create({"Name": "Heard by the other"})
        assert listener.heard.get(timeout=20)[0] == "/quiet"
        assert len(told(loud)) == 2


def test_a_ping_that_nobody_hears_is_told_of_and_tried_again(yard, tasks):
    with listening() as listener:
        deaf = f"{listener.url}/hook"
    webhook = hook(yard, url=deaf)
    tasks.create({"Name": "Unheard"})
    result = wait_for("the failure is told", lambda: yard.base.webhook(webhook.id).last_notification_result)
    assert not result.success and result.will_be_retried and result.error.message
    assert len(told(webhook)) == 1


def test_a_webhook_lives_a_week_longer_when_it_is_refreshed(yard):
    webhook = hook(yard)
    before = webhook.expiration_time
    with yard.sandbox.later(DAY):
        webhook.extend_expiration()
        after = yard.base.webhook(webhook.id).expiration_time
    assert timedelta(hours=23) < after - before < timedelta(hours=25)


def test_a_webhook_that_expired_tells_what_it_knew_and_nothing_new(yard, tasks):
    webhook = hook(yard)
    with yard.sandbox.later(DAY):
        made = tasks.create({"Name": "In time"})
        with yard.sandbox.later(6 * DAY + 60):
            tasks.create({"Name": "Too late"})
            assert not yard.base.webhook(webhook.id).is_hook_enabled
            [payload] = told(webhook)
    assert list(payload.changed_tables_by_id[tasks.schema().id].created_records_by_id) == [made["id"]]


def test_a_webhook_dies_with_the_field_it_watches(yard, tasks):
    hours = field(tasks, "Hours")
    watching = hook(yard, {**ALL, "watchDataInFieldIds": [hours]})
    onlooking = hook(yard, ALL, includeCellValuesInFieldIds=[hours])
    yard.reshape(delete_field={"table": "Tasks", "field": "Hours"})
    [last] = told(watching)
    assert last.error and last.error_code in ("INVALID_HOOK", "INVALID_FILTERS")
    tasks.create({"Name": "After"})
    assert told(watching) == [last]
    alive = told(onlooking)
    assert not any(payload.error for payload in alive) and len(alive) == 2
    assert alive[0].changed_tables_by_id[tasks.schema().id].destroyed_field_ids == [hours]


def test_a_base_has_ten_webhooks_and_no_more(yard):
    made = [hook(yard) for _ in range(10)]
    with pytest.raises(Exception) as caught:
        hook(yard)
    assert caught.value.response.json()["error"]["type"] == "TOO_MANY_WEBHOOKS_IN_BASE"
    made[0].delete()
    hook(yard)


@pytest.mark.parametrize(
    "filters",
    [
        {"dataTypes": []},
        {"dataTypes": ["weather"]},
        {**DATA, "fromSources": ["weather"]},
        {**DATA, "recordChangeScope": "tblNowhere0000000"},
    ],
)
def test_a_specification_that_makes_no_sense_is_refused(yard, filters):
    with pytest.raises(Exception) as caught:
        hook(yard, filters)
    assert caught.value.response.status_code == 422
    assert yard.base.webhooks() == []


def test_webhooks_take_a_creator_and_a_scope(yard):
    spec = {"options": {"filters": DATA}}
    with refused(403, "INVALID_PERMISSIONS"):
        yard.base_of(BEN).add_webhook(NOWHERE, spec)
    with refused(403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"):
        yard.base_of(ANA, scopes=["data.records:read"]).add_webhook(NOWHERE, spec)


def test_an_unknown_webhook_has_no_payloads(yard):
    webhook = hook(yard)
    webhook.delete()
    with pytest.raises(Exception) as caught:
        told(webhook)
    assert caught.value.response.status_code in (403, 404)
