"""A cell of every type, as it is read and as it is written."""

import pytest

from people import BEN, EVA

FULL = {
    "Name": "Full",
    "Email": "full@example.org",
    "Url": "https://example.org/full",
    "Phone": "+49 30 1234",
    "Notes": "One\nTwo",
    "Rich text": "**bold**\n",
    "Number": 12.5,
    "Percent": 0.125,
    "Currency": 120,
    "Duration": 3661,
    "Rating": 4,
    "Checked": True,
    "Day": "2026-02-03",
    "Moment": "2026-07-01T22:05:00.000Z",
    "Select": "Red",
    "Selects": ["South", "North"],
    "Barcode": {"text": "4006381333931", "type": "ean13"},
}


@pytest.fixture
def full(seeded):
    return seeded.table("Everything").first(formula="{Name}='Full'")["fields"]


def test_plain_cells_are_read_as_they_are(full):
    assert {name: full[name] for name in FULL} == FULL


def test_people_are_read_with_address_and_name(full):
    assert full["Person"] == {"id": "usrAna00000000000", "email": "ana@example.org", "name": "Ana"}
    assert [person["id"] for person in full["People"]] == [BEN, EVA]
    assert full["Created by"] == {"id": BEN, "email": "ben@example.org", "name": "Ben"}


def test_links_keep_their_order_and_what_hangs_on_them_follows(seeded, full):
    projects = seeded.table("Projects")
    linked = [projects.get(id)["fields"] for id in full["Projects"]]
    assert [project["Name"] for project in linked] == ["Rig", "Hull"]
    assert full["Project names"] == ["Rig", "Hull"]
    assert full["Budgets"] == 2100.5
    assert full["Projects counted"] == 2


def test_what_is_worked_out_is_read(full):
    assert full["Doubled"] == 25
    assert full["Divided"] == {"specialValue": "Infinity"}
    assert full["Row"] == 1
    assert full["Created"] == "2026-01-02T03:04:05.000Z"
    assert full["Button"] == {"label": "Open", "url": "https://example.org/open"}
    assert full["Summary"] == {"state": "generated", "isStale": False, "value": "Two lines"}
    assert full["Source"] == "Ledger"


def test_a_bare_record_has_what_is_never_empty_and_no_more(seeded):
    bare = seeded.table("Everything").first(formula="{Name}='Bare'")["fields"]
    never_empty = {"Name", "Divided", "Row", "Created", "Created by"}
    assert never_empty <= set(bare)
    assert not set(bare) & {"Checked", "Number", "Selects", "Projects", "Files", "Notes", "Person"}


@pytest.mark.parametrize("name", FULL)
def test_what_is_read_of_a_cell_may_be_written_to_another(yard, name):
    everything = yard.table("Everything")
    made = everything.create({name: FULL[name]})
    assert made["fields"][name] == FULL[name]
    cleared = everything.update(made["id"], {name: None})
    assert name not in cleared["fields"]


def test_people_are_written_by_id_or_by_address(yard):
    everything = yard.table("Everything")
    made = everything.create(
        {"Person": {"email": "ben@example.org"}, "People": [{"id": EVA}, {"email": "ben@example.org"}]}
    )
    assert made["fields"]["Person"]["id"] == BEN
    assert [person["id"] for person in made["fields"]["People"]] == [EVA, BEN]


def test_who_changed_a_record_last_and_when_is_told(yard):
    everything = yard.base_of(BEN).table("Everything")
    made = yard.table("Everything").create({"Name": "Touched"})
    updated = everything.update(made["id"], {"Number": 1})["fields"]
    assert updated["Created by"]["name"] == "Ana" and updated["Modified by"]["name"] == "Ben"
    assert updated["Modified"] >= updated["Created"] == made["fields"]["Created"]
