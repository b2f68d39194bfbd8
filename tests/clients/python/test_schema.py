"""Reading and writing what bases are made of, and who asks."""

import pytest
from pyairtable.models import schema as S

from people import ANA, BEN, EVA, LEVELS, OTTO
from refusals import refused

TYPES = {
    "Name": S.SingleLineTextFieldSchema,
    "Email": S.EmailFieldSchema,
    "Url": S.UrlFieldSchema,
    "Phone": S.PhoneNumberFieldSchema,
    "Notes": S.MultilineTextFieldSchema,
    "Rich text": S.RichTextFieldSchema,
    "Number": S.NumberFieldSchema,
    "Percent": S.PercentFieldSchema,
    "Currency": S.CurrencyFieldSchema,
    "Duration": S.DurationFieldSchema,
    "Rating": S.RatingFieldSchema,
    "Checked": S.CheckboxFieldSchema,
    "Day": S.DateFieldSchema,
    "Moment": S.DateTimeFieldSchema,
    "Select": S.SingleSelectFieldSchema,
    "Selects": S.MultipleSelectsFieldSchema,
    "Person": S.SingleCollaboratorFieldSchema,
    "People": S.MultipleCollaboratorsFieldSchema,
    "Projects": S.MultipleRecordLinksFieldSchema,
    "Files": S.MultipleAttachmentsFieldSchema,
    "Barcode": S.BarcodeFieldSchema,
    "Doubled": S.FormulaFieldSchema,
    "Divided": S.FormulaFieldSchema,
    "Budgets": S.RollupFieldSchema,
    "Project names": S.MultipleLookupValuesFieldSchema,
    "Projects counted": S.CountFieldSchema,
    "Row": S.AutoNumberFieldSchema,
    "Created": S.CreatedTimeFieldSchema,
    "Modified": S.LastModifiedTimeFieldSchema,
    "Created by": S.CreatedByFieldSchema,
    "Modified by": S.LastModifiedByFieldSchema,
    "Button": S.ButtonFieldSchema,
    "Summary": S.AITextFieldSchema,
    "Source": S.ExternalSyncSourceFieldSchema,
    "Order": S.ManualSortFieldSchema,
}

ISO, CLOCK = {"name": "iso"}, {"name": "24hour"}
#: What a field may be made as, and what it is read as.
MAKEABLE = [
    ("singleLineText", None, S.SingleLineTextFieldSchema),
    ("email", None, S.EmailFieldSchema),
    ("url", None, S.UrlFieldSchema),
    ("phoneNumber", None, S.PhoneNumberFieldSchema),
    ("multilineText", None, S.MultilineTextFieldSchema),
    ("richText", None, S.RichTextFieldSchema),
    ("number", {"precision": 3}, S.NumberFieldSchema),
    ("percent", {"precision": 0}, S.PercentFieldSchema),
    ("currency", {"precision": 2, "symbol": "€"}, S.CurrencyFieldSchema),
    ("duration", {"durationFormat": "h:mm"}, S.DurationFieldSchema),
    ("rating", {"icon": "star", "color": "redBright", "max": 7}, S.RatingFieldSchema),
    ("checkbox", {"icon": "check", "color": "greenBright"}, S.CheckboxFieldSchema),
    ("date", {"dateFormat": ISO}, S.DateFieldSchema),
    ("dateTime", {"dateFormat": ISO, "timeFormat": CLOCK, "timeZone": "Europe/Berlin"}, S.DateTimeFieldSchema),
    ("singleSelect", {"choices": [{"name": "A"}, {"name": "B"}]}, S.SingleSelectFieldSchema),
    ("multipleSelects", {"choices": [{"name": "A", "color": "blueBright"}]}, S.MultipleSelectsFieldSchema),
    ("singleCollaborator", None, S.SingleCollaboratorFieldSchema),
    ("multipleCollaborators", None, S.MultipleCollaboratorsFieldSchema),
    ("multipleAttachments", None, S.MultipleAttachmentsFieldSchema),
    ("barcode", None, S.BarcodeFieldSchema),
]


def test_every_type_of_field_is_read_as_what_it_is(seeded):
    schema = seeded.base.schema().table("Everything")
    assert {field.name: type(field) for field in schema.fields} == TYPES
    assert schema.primary_field_id == schema.field("Name").id


def test_options_are_read(seeded):
    field = seeded.table("Everything").schema().field
    assert field("Number").options.precision == 2
    assert field("Currency").options.symbol == "$"
    assert field("Duration").options.duration_format == "h:mm:ss"
    assert (field("Rating").options.icon, field("Rating").options.max) == ("star", 5)
    assert [(choice.name, choice.color) for choice in field("Select").options.choices] == [
        ("Red", "redBright"),
        ("Green", "greenBright"),
    ]
    assert field("Moment").options.time_zone == "client"
    assert field("Moment").options.date_format.format == "YYYY-MM-DD"
    assert field("Summary").options.referenced_field_ids == [field("Notes").id]


def test_formulas_name_fields_by_id_and_say_what_they_come_to(seeded):
    field = seeded.table("Everything").schema().field
    doubled = field("Doubled").options
    assert doubled.formula == f"{{{field('Number').id}}}*2" and doubled.is_valid
    assert doubled.referenced_field_ids == [field("Number").id]
    assert doubled.result.type == "number"
    assert field("Project names").options.record_link_field_id == field("Projects").id


def test_both_sides_of_a_link_name_each_other(seeded):
    projects, tasks = (seeded.base.schema().table(name) for name in ("Projects", "Tasks"))
    there, here = projects.field("Tasks"), tasks.field("Project")
    assert (there.options.linked_table_id, here.options.linked_table_id) == (tasks.id, projects.id)
    assert (there.options.inverse_link_field_id, here.options.inverse_link_field_id) == (here.id, there.id)
    assert here.options.prefers_single_record_link


def test_views_are_read_with_the_fields_they_show(seeded):
    schema = seeded.base.schema().table("Tasks")
    view = schema.view("Open, longest first")
    assert view.type == "grid"
    assert view.visible_field_ids == [schema.field("Name").id, schema.field("Hours").id]
    assert set(view._raw) <= {"id", "name", "type", "visibleFieldIds", "personalForUserId"}
    assert schema.view("Grid view").visible_field_ids == [field.id for field in schema.fields]


@pytest.mark.parametrize("kind, options, expected", MAKEABLE, ids=[kind for kind, _, _ in MAKEABLE])
def test_a_field_is_made(yard, kind, options, expected):
    table = yard.table("Everything")
    made = table.create_field("Made", kind, "By a test", options)
    assert type(made) is expected and made.description == "By a test"
    assert yard.effects("field.created") == [made.id]
    read = yard.base.schema(force=True).table("Everything").field("Made")
    assert read.model_dump() == made.model_dump()
    if options and "choices" not in options:
        kept = read._raw["options"]
        for name, value in options.items():
            assert kept[name].items() >= value.items() if isinstance(value, dict) else kept[name] == value


def test_choices_are_made_with_ids_and_colours(yard):
    options = {"choices": [{"name": "A"}, {"name": "B", "color": "redBright"}]}
    choices = yard.table("Tasks").create_field("Grade", "singleSelect", options=options).options.choices
    assert [choice.name for choice in choices] == ["A", "B"]
    assert all(choice.id.startswith("sel") and choice.color for choice in choices) and choices[1].color == "redBright"
    assert yard.table("Tasks").create({"Grade": "B"})["fields"] == {"Grade": "B"}


def test_a_link_is_made_with_its_other_side(yard):
    tasks, projects = yard.table("Tasks"), yard.table("Projects")
    made = tasks.create_field("Also for", "multipleRecordLinks", options={"linkedTableId": projects.schema().id})
    inverse = projects.schema(force=True).field(made.options.inverse_link_field_id)
    assert inverse.options.inverse_link_field_id == made.id and inverse.options.linked_table_id == tasks.schema().id
    assert len(yard.effects("field.created")) == 2
    hull = projects.first(formula="{Name}='Hull'")["id"]
    task = tasks.create({"Also for": [hull]})
    assert projects.get(hull)["fields"][inverse.name] == [task["id"]]


def test_what_is_worked_out_may_be_made_too(yard):
    tasks, projects = yard.table("Tasks"), yard.table("Projects")
    link, hours = projects.schema().field("Tasks").id, tasks.schema().field("Hours").id
    doubled = tasks.create_field("Doubled", "formula", options={"formula": "{Hours}*2"})
    assert doubled.options.formula.replace(" ", "") == f"{{{hours}}}*2" and doubled.options.is_valid
    assert doubled.options.result.type == "number"
    task = tasks.create({"Hours": 4, "Project": [projects.first(formula="{Name}='Sails'")["id"]]})
    assert task["fields"]["Doubled"] == 8
    projects.create_field("Tasks counted", "count", options={"recordLinkFieldId": link})
    lookup = {"recordLinkFieldId": link, "fieldIdInLinkedTable": hours}
    projects.create_field("Hours of tasks", "multipleLookupValues", options=lookup)
    sails = projects.first(formula="{Name}='Sails'")["fields"]
    assert (sails["Tasks counted"], sails["Hours of tasks"]) == (1, [4])


def test_a_formula_that_refers_to_nothing_is_not_valid(yard):
    broken = yard.table("Tasks").create_field("Broken", "formula", options={"formula": "{Nothing}+1"})
    assert not broken.options.is_valid and broken.options.result is None


def test_a_name_that_is_taken_is_refused(yard):
    with refused(422, "DUPLICATE_OR_EMPTY_FIELD_NAME"):
        yard.table("Tasks").create_field("hours", "number", options={"precision": 0})
    with refused(422, "DUPLICATE_TABLE_NAME"):
        yard.base.create_table("tasks", [{"name": "Name", "type": "singleLineText"}])
    assert yard.effects("field.created") == yard.effects("table.created") == []


def test_options_that_are_wrong_are_refused(yard):
    with refused(422, "INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE"):
        yard.table("Tasks").create_field("Odd", "number", options={"precision": 99})
    with refused(422, "UNSUPPORTED_FIELD_TYPE_FOR_CREATE"):
        yard.table("Tasks").create_field("Odd", "horoscope")


def test_fields_and_tables_are_renamed_and_described(yard):
    schema = yard.table("Tasks").schema()
    field = schema.field("Hours")
    field.name, field.description = "Effort", "In hours"
    field.save()
    schema.name, schema.description = "Jobs", "What is to be done"
    schema.save()
    read = yard.base.schema(force=True).table("Jobs")
    assert (read.id, read.description) == (schema.id, "What is to be done")
    assert (read.field("Effort").id, read.field("Effort").description) == (field.id, "In hours")
    assert yard.effects("field.updated") == [field.id] and yard.effects("table.updated") == [schema.id]
    assert "Effort" in yard.table("Jobs").first()["fields"]
    with refused(403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"):
        yard.table("Tasks").first()


def test_a_formula_goes_on_when_its_fields_are_renamed(yard):
    table = yard.table("Everything")
    field = table.schema().field("Number")
    field.name = "Figure"
    field.save()
    assert table.first(formula="{Figure}=12.5")["fields"]["Doubled"] == 25


def test_a_table_is_made_with_a_first_view(yard):
    fields = [
        {"name": "Title", "type": "singleLineText"},
        {"name": "Pages", "type": "number", "options": {"precision": 0}},
    ]
    books = yard.base.create_table("Books", fields, description="To read")
    schema = books.schema()
    assert (schema.description, schema.primary_field_id) == ("To read", schema.field("Title").id)
    assert [view.name for view in schema.views] == ["Grid view"]
    assert yard.effects("table.created") == [schema.id]
    made = books.create({"Title": "Moby", "Pages": 900})
    assert books.all() == [made]


def test_a_base_is_made(yard):
    workspace = yard.base.collaborators().workspace_id
    table = {
        "name": "Boats",
        "fields": [
            {"name": "Name", "type": "singleLineText"},
            {"name": "Sails", "type": "checkbox", "options": {"icon": "check", "color": "grayBright"}},
        ],
    }
    made = yard.api.create_base(workspace, "Harbour", [table])
    try:
        assert (made.name, made.permission_level) == ("Harbour", "create")
        boats = made.table("Boats")
        assert boats.create({"Name": "Argo", "Sails": True})["fields"] == {"Name": "Argo", "Sails": True}
        assert made.id in {base.id for base in yard.api.bases(force=True)}
    finally:
        yard.sandbox.delete(made.id)


@pytest.mark.parametrize("person", LEVELS)
def test_bases_are_listed_with_what_one_may_do_there(yard, person):
    levels = {base.id: base.permission_level for base in yard.api_of(person).bases()}
    assert levels.get(yard.id) == (LEVELS[person] if person != OTTO else None)


def test_a_token_shows_the_bases_it_is_for(yard, seeded):
    assert [base.id for base in yard.api_of(ANA, bases=[yard.id]).bases()] == [yard.id]


def test_who_may_do_what_is_told(yard):
    told = yard.base.collaborators()
    assert {one.user_id: one.permission_level for one in told.individual_collaborators.via_base}[BEN] == "edit"
    assert told.permission_level == "create" and told.name == "Yard"


def test_whoami_says_who_asks(yard):
    assert yard.api.whoami() == {"id": ANA, "email": "ana@example.org"}
    assert yard.api_of(EVA, scopes=["data.records:read"]).whoami() == {"id": EVA}


def test_who_may_not_create_changes_no_schema(yard):
    tasks = yard.base_of(BEN).table("Tasks")
    with refused(403, "INVALID_PERMISSIONS"):
        tasks.create_field("Note", "singleLineText")
    tasks = yard.base_of(ANA, scopes=["schema.bases:read"]).table("Tasks")
    with refused(403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"):
        tasks.create_field("Note", "singleLineText")
    assert yard.effects("field.created") == []
