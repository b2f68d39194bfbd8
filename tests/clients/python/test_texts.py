"""Cells as the texts that people see."""

import pytest

from refusals import refused

BERLIN = {"cell_format": "string", "time_zone": "Europe/Berlin", "user_locale": "en-gb"}


@pytest.fixture
def everything(seeded):
    return seeded.table("Everything")


def test_every_cell_is_a_text(everything):
    for record in everything.all(**BERLIN):
        assert all(isinstance(cell, str) for cell in record["fields"].values()), record


def test_texts_are_what_people_see(everything):
    full = everything.first(formula="{Name}='Full'", **BERLIN)["fields"]
    expected = {
        "Name": "Full",
        "Number": "12.50",
        "Percent": "12.5%",
        "Currency": "$120.00",
        "Duration": "1:01:01",
        "Checked": "checked",
        "Day": "2026-02-03",
        "Select": "Red",
        "Selects": "South, North",
        "Person": "Ana",
        "People": "Ben, Eva",
        "Projects": "Rig, Hull",
        "Project names": "Rig, Hull",
        "Doubled": "25.00",
    }
    assert {name: full[name] for name in expected} == expected


def test_a_time_is_told_in_the_zone_that_is_asked_for(everything):
    record = everything.first(formula="{Name}='Full'")["id"]
    moment = lambda zone: everything.get(record, **{**BERLIN, "time_zone": zone})["fields"]["Moment"]
    assert moment("Europe/Berlin") == "2026-07-02 00:05"
    assert moment("America/New_York") == "2026-07-01 18:05"


def test_a_single_record_and_a_long_request_are_told_so_too(everything):
    record = everything.first(formula="{Name}='Full'")["id"]
    assert everything.get(record, **BERLIN)["fields"]["Currency"] == "$120.00"
    long = "OR({Name}='Full', " + ", ".join(f"{{Name}}='No {n}'" for n in range(1_000)) + ")"
    [record] = everything.all(formula=long, **BERLIN)
    assert record["fields"]["Moment"] == "2026-07-02 00:05"


@pytest.mark.parametrize("missing", ["time_zone", "user_locale"])
def test_texts_need_a_zone_and_a_locale(everything, missing):
    options = {name: value for name, value in BERLIN.items() if name != missing}
    with refused(422, "INVALID_REQUEST_UNKNOWN"):
        everything.all(**options)
