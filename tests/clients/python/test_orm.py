"""pyairtable's models: there and back again."""

from datetime import date, datetime, timedelta, timezone

import pytest
from pyairtable.exceptions import MissingRecordError
from pyairtable.formulas import AND, match
from pyairtable.orm import Model
from pyairtable.orm import fields as F

from people import BEN


@pytest.fixture
def models(yard):
    class Project(Model):
        class Meta:
            api_key, base_id, table_name = yard.token, yard.id, "Projects"

        name = F.SingleLineTextField("Name")
        budget = F.CurrencyField("Budget")

    class Task(Model):
        class Meta:
            api_key, base_id, table_name = yard.token, yard.id, "Tasks"

        name = F.SingleLineTextField("Name")
        hours = F.NumberField("Hours")
        state = F.SelectField("State")
        tags = F.MultipleSelectField("Tags")
        urgent = F.CheckboxField("Urgent")
        due = F.DateField("Due")
        project = F.SingleLinkField("Project", Project)

    class Thing(Model):
        class Meta:
            api_key, base_id, table_name = yard.token, yard.id, "Everything"

        name = F.SingleLineTextField("Name")
        email = F.EmailField("Email")
        url = F.UrlField("Url")
        phone = F.PhoneNumberField("Phone")
        notes = F.MultilineTextField("Notes")
        rich = F.RichTextField("Rich text")
        number = F.NumberField("Number")
        percent = F.PercentField("Percent")
        currency = F.CurrencyField("Currency")
        duration = F.DurationField("Duration")
        rating = F.RatingField("Rating")
        checked = F.CheckboxField("Checked")
        day = F.DateField("Day")
        moment = F.DatetimeField("Moment")
        select = F.SelectField("Select")
        selects = F.MultipleSelectField("Selects")
        person = F.CollaboratorField("Person")
        people = F.MultipleCollaboratorsField("People")
        projects = F.LinkField("Projects", Project)
        files = F.AttachmentsField("Files")
        barcode = F.BarcodeField("Barcode")
        doubled = F.NumberField("Doubled", readonly=True)
        names = F.LookupField[str]("Project names")
        counted = F.CountField("Projects counted")
        row = F.AutoNumberField("Row")
        created = F.CreatedTimeField("Created")
        created_by = F.CreatedByField("Created by")
        modified = F.LastModifiedTimeField("Modified")
        summary = F.AITextField("Summary", readonly=True)
        button = F.ButtonField("Button")
        source = F.ExternalSyncSourceField("Source")

    for model in (Project, Task, Thing):
        model.meta.api = yard.api  # Meta has no setting for another endpoint.
    return Project, Task, Thing


def test_every_type_of_field_goes_there_and_comes_back(yard, models):
    Project, _, Thing = models
    hull, rig = Project.first(formula=match({"Name": "Hull"})), Project.first(formula=match({"Name": "Rig"}))
    values = {
        "name": "Thing",
        "email": "thing@example.org",
        "url": "https://example.org",
        "phone": "1",
        "notes": "a\nb",
        "rich": "*a*",
        "number": 1.25,
        "percent": 0.5,
        "currency": 3,
        "duration": timedelta(hours=1, seconds=5),
        "rating": 3,
        "checked": True,
        "day": date(2026, 3, 4),
        "moment": datetime(2026, 3, 4, 5, 6, 7, tzinfo=timezone.utc),
        "select": "Green",
        "selects": ["North", "South"],
        "barcode": {"text": "1"},
        "projects": [rig, hull],
    }
    thing = Thing(**values, person={"id": BEN}, people=[{"id": BEN}])
    saved = thing.save()
    assert saved.created and thing.id == saved.record_id
    read = Thing.from_id(thing.id)
    rich = read.rich.rstrip("\n")
    assert {**{name: getattr(read, name) for name in values}, "rich": rich, "projects": values["projects"]} == values
    assert [project.name for project in read.projects] == ["Rig", "Hull"] == read.names
    assert read.person["name"] == "Ben" and [one["id"] for one in read.people] == [BEN]
    assert (read.doubled, read.counted, read.row) == (2.5, 2, 4)
    assert read.created == read.created_time and read.created_by["name"] == "Ana"
    assert yard.effects("record.created") == [thing.id]


def test_a_model_with_nothing_set_may_be_saved(models):
    *_, Thing = models
    nothing = {
        name: None
        for name in (
            "name",
            "number",
            "checked",
            "day",
            "moment",
            "select",
            "selects",
            "projects",
            "files",
            "people",
            "barcode",
        )
    }
    thing = Thing(**nothing)
    assert thing.save().created
    read = Thing.from_id(thing.id)
    assert (read.name, read.checked, read.selects, read.projects, read.day) == ("", False, [], [], None)


def test_only_what_changed_is_saved_again(yard, models):
    _, Task, _ = models
    task = Task(name="Tar", hours=2, state="Now", tags=["wet"])
    task.save()
    yard.table("Tasks").update(task.id, {"Hours": 9})
    task.state = "Done"
    task.tags.append("loud")
    assert task.save().field_names == {"State", "Tags"}
    fields = yard.table("Tasks").get(task.id)["fields"]
    assert fields == {"Name": "Tar", "Hours": 9, "State": "Done", "Tags": ["wet", "loud"]}
    assert not task.save().saved
    task.fetch()
    assert task.hours == 9


def test_a_choice_that_is_new_is_made(yard, models):
    _, Task, _ = models
    Task(name="Odd", state="Someday").save()
    assert Task.first(formula=Task.state.eq("Someday")).name == "Odd"


def test_models_are_found_by_formula_and_the_others_are_not(models):
    _, Task, _ = models
    found = Task.all(formula=AND(Task.state.eq("Done"), Task.hours.gt(100)), sort=["-Hours"])
    everyone = Task.all()
    expected = [task.hours for task in everyone if task.state == "Done" and task.hours > 100]
    assert 0 < len(expected) < len(everyone) == 260
    assert [task.hours for task in found] == sorted(expected, reverse=True)


def test_models_are_fetched_by_ids_in_the_order_given(yard, models):
    _, Task, _ = models
    ids = [record["id"] for record in yard.table("Tasks").all(max_records=120)][::-3]
    asked = len(yard.requests("records.list"))
    assert [task.id for task in Task.from_ids(ids)] == ids
    assert len(yard.requests("records.list")) == asked + 1
    with pytest.raises(MissingRecordError):
        Task.from_ids([*ids[:2], "recNowhere0000000"])


def test_what_is_remembered_is_not_asked_for_again(yard, models):
    Project, Task, _ = models
    Project.all(memoize=True)
    tasks = Task.all(formula="{Project}!=''", max_records=50)
    asked = len(yard.requests("records.list")) + len(yard.requests("records.get"))
    assert {task.project.name for task in tasks} == {"Hull", "Rig"}
    assert len(yard.requests("records.list")) + len(yard.requests("records.get")) == asked


def test_many_are_saved_and_deleted_at_once(yard, models):
    _, Task, _ = models
    old = Task.all(max_records=3)
    for task in old:
        task.hours = 1000
    new = [Task(name=f"New {n}") for n in range(12)]
    Task.batch_save([*old, *new])
    assert len(yard.effects("record.created")) == 12 and all(task.id for task in new)
    assert len(Task.all(formula=match({"Hours": 1000}))) == 3
    Task.batch_delete(new)
    assert yard.effects("record.deleted") == [task.id for task in new]


def test_a_model_takes_comments_and_goes(yard, models):
    _, Task, _ = models
    task = Task.first()
    task.add_comment("Well done")
    assert [comment.text for comment in task.comments()] == ["Well done"]
    assert Task.first(count_comments=True).comment_count == 1
    assert task.delete()
    assert yard.effects("record.deleted") == [task.id]
