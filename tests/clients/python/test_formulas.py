"""Formulas as pyairtable writes them and as people do. Each is checked to exclude what it must."""

from datetime import date, datetime, timezone

import pytest
from pyairtable import formulas as F
from pyairtable.formulas import AND, NOT, OR, XOR, Field, match

from refusals import refused

HOURS, NAME, DUE = Field("Hours"), Field("Name"), Field("Due")


def dated(formula):
    """Of the tasks that have a date only."""
    return AND(F.Formula("{Due}!=''"), F.to_formula(formula))


def due(task):
    return date.fromisoformat(task["Due"]) if "Due" in task else None


#: A formula, and of which tasks it is true.
SPLITS = [
    (match({"State": "Done"}), lambda t: t["State"] == "Done"),
    (match({"State": "Done", "Urgent": True}), lambda t: t["State"] == "Done" and "Urgent" in t),
    (match({"State": "Done", "Urgent": True}, match_any=True), lambda t: t["State"] == "Done" or "Urgent" in t),
    (match({"Hours": (">=", 100)}), lambda t: t["Hours"] >= 100),
    (match({"Hours": ("<", 12.5)}), lambda t: t["Hours"] < 12.5),
    (match({"State": ("!=", "Now")}), lambda t: t["State"] != "Now"),
    (match({"Due": date(2026, 1, 12)}), lambda t: due(t) == date(2026, 1, 12)),
    (match({"Due": (">", date(2026, 6, 30))}), lambda t: due(t) and due(t) > date(2026, 6, 30)),
    (match({"Hours": 12.5, "Name": "Task 999"}, match_any=True), lambda t: t["Hours"] == 12.5),
    (AND(HOURS.gt(20), HOURS.lte(40)), lambda t: 20 < t["Hours"] <= 40),
    (OR(State="Now", Hours=130), lambda t: t["State"] == "Now" or t["Hours"] == 130),
    (NOT(match({"State": "Now"})), lambda t: t["State"] != "Now"),
    (XOR(Field("State").eq("Now"), HOURS.gt(60)), lambda t: (t["State"] == "Now") != (t["Hours"] > 60)),
    (~(HOURS.gt(60) & Field("State").eq("Done")), lambda t: not (t["Hours"] > 60 and t["State"] == "Done")),
    (F.FIND("Task 01", NAME), lambda t: "Task 01" in t["Name"]),
    (F.SEARCH(F.LOWER("TASK 02"), F.LOWER(NAME)), lambda t: "Task 02" in t["Name"]),
    (F.IS_AFTER(DUE, date(2026, 9, 1)), lambda t: due(t) and due(t) > date(2026, 9, 1)),
    (dated(F.IS_BEFORE(DUE, date(2026, 3, 1))), lambda t: due(t) and due(t) < date(2026, 3, 1)),
    (F.IS_SAME(DUE, date(2026, 4, 2), "month"), lambda t: due(t) and due(t).month == 4),
    (F.MONTH(DUE).eq(3), lambda t: due(t) and due(t).month == 3),
    (F.LEN(F.CONCATENATE(Field("State"), "!")).eq(6), lambda t: len(t["State"]) == 5),
    (F.MOD(HOURS, 2).eq(0), lambda t: t["Hours"] % 2 == 0),
    (F.VALUE(F.RIGHT(NAME, 3)).lte(10), lambda t: int(t["Name"][-3:]) <= 10),
    (F.REGEX_MATCH(NAME, "^Task 1[0-9]5$"), lambda t: t["Name"][5] == "1" and t["Name"][7] == "5"),
    (F.SWITCH(Field("State"), "Now", 1, "Done", 0, 0), lambda t: t["State"] == "Now"),
    (F.IF(HOURS.gt(100), "yes", ""), lambda t: t["Hours"] > 100),
    (F.FIND("loud", F.Formula("ARRAYJOIN({Tags}, ',')")), lambda t: "loud" in t.get("Tags", [])),
    ("State != 'Done'", lambda t: t["State"] != "Done"),
    ("Hours > 100", lambda t: t["Hours"] > 100),
    ("AND(Hours>20,Hours<30)", lambda t: 20 < t["Hours"] < 30),
    ('{State}="Later"', lambda t: t["State"] == "Later"),
    ("{Urgent}", lambda t: "Urgent" in t),
    ("{Urgent}=1", lambda t: "Urgent" in t),
    ("NOT({Urgent})", lambda t: "Urgent" not in t),
    ("{Due}=BLANK()", lambda t: due(t) is None),
    ("{Due}=''", lambda t: due(t) is None),
    ("NOT({Due}='')", lambda t: due(t) is not None),
    ("{Project}='Hull'", lambda t: t.get("Project") == ["recProjHull000000"]),
    ("{Project}!=''", lambda t: "Project" in t),
    ("{State}&'-'&{Urgent}='Now-1'", lambda t: t["State"] == "Now" and "Urgent" in t),
    ("({Hours}+1)*2 >= 200 - 3", lambda t: (t["Hours"] + 1) * 2 >= 197),
    ("-{Hours} < -100", lambda t: -t["Hours"] < -100),
    (
        dated(F.DATETIME_DIFF(DUE, "2026-01-01", "days").lt(31)),
        lambda t: due(t) and (due(t) - date(2026, 1, 1)).days < 31,
    ),
    ("DATETIME_FORMAT({Due}, 'YYYY-MM') = '2026-05'", lambda t: due(t) and (due(t).year, due(t).month) == (2026, 5)),
    ("IF({State}='Now', ERROR(), 1)", lambda t: t["State"] != "Now"),
    ("IF({State}='Now', 'x')", lambda t: t["State"] == "Now"),
    ("RECORD_ID()='recTask0000000042'", lambda t: t["Name"] == "Task 042"),
    ("lower({state}) = 'done'", lambda t: t["State"] == "Done"),
]


@pytest.fixture(scope="module")
def tasks(seeded):
    return seeded.table("Tasks")


@pytest.fixture(scope="module")
def everything(tasks):
    return tasks.all()


@pytest.mark.parametrize("formula, is_true", SPLITS, ids=[str(formula) for formula, _ in SPLITS])
def test_what_a_formula_is_true_of_comes_and_nothing_else(tasks, everything, formula, is_true):
    expected = [task["id"] for task in everything if is_true(task["fields"])]
    assert 0 < len(expected) < len(everything), "there is something to include and something to exclude"
    assert [task["id"] for task in tasks.all(formula=formula)] == expected


@pytest.mark.parametrize("never", ["0", "FALSE()", "''", "BLANK()", "ERROR()", "0/0", "AND({Hours}>20, {Hours}<20)"])
def test_what_is_never_true_lets_nothing_in(tasks, never):
    assert tasks.all(formula=never) == []


@pytest.mark.parametrize("always", ["1", "TRUE()", "'x'", "-1", "RECORD_ID()", "OR({Hours}>20, {Hours}<=20)"])
def test_what_is_always_true_lets_everything_in(tasks, everything, always):
    assert tasks.all(formula=always) == everything


def test_quotes_backslashes_and_braces_are_the_letters_that_they_are(seeded):
    table = seeded.table("Everything")
    name = 'It\'s \\ a {name}, "really"'
    [found] = table.all(formula=match({"Name": name}))
    assert found["fields"]["Name"] == name
    assert len(table.all(formula=NOT(Name=name))) == 2


def test_a_field_may_have_a_slash_in_its_name(seeded):
    found = seeded.table("In/Out Log").all(formula=match({"Amount/Total": (">", 7)}))
    assert [record["fields"]["Amount/Total"] for record in found] == [8, 9]


def test_times_are_compared_as_instants(seeded):
    table = seeded.table("Everything")
    at = datetime(2026, 7, 1, 22, 5, tzinfo=timezone.utc)
    for formula in (match({"Moment": at}), "FIND('2026-07-01', {Moment})", F.IS_SAME(Field("Moment"), at, "minute")):
        assert [record["fields"]["Name"] for record in table.all(formula=formula)] == ["Full"]
    assert table.all(formula=match({"Moment": at.replace(minute=6)})) == []


def test_when_a_record_was_made_is_known(seeded):
    found = seeded.table("Everything").all(formula="IS_AFTER(CREATED_TIME(), '2026-01-02T03:04:05.500Z')")
    assert [record["fields"]["Name"] for record in found][0] == "Bare" and len(found) == 2


def test_what_is_worked_out_may_be_asked_for(seeded):
    table = seeded.table("Everything")
    for formula in (
        "{Doubled}=25",
        "{Budgets}>2000",
        "FIND('Rig', ARRAYJOIN({Project names}))",
        "{Projects counted}=2",
    ):
        assert [record["fields"]["Name"] for record in table.all(formula=formula)] == ["Full"], formula


INVALID = "The formula for filtering records is invalid: "


@pytest.mark.parametrize("formula", ["AND(", "{Hours", "1 +", "{Hours} == 1", "NOSUCH({Hours})", "LEN()", "'open"])
def test_what_is_no_formula_is_refused(tasks, formula):
    with refused(422, "INVALID_FILTER_BY_FORMULA", INVALID + "Invalid formula. Please check your formula text."):
        tasks.all(formula=formula)


def test_unknown_fields_are_named(tasks):
    with refused(422, "INVALID_FILTER_BY_FORMULA", INVALID + "Unknown field names: nope, hors"):
        tasks.all(formula="AND({Nope}=1, {Hors}>2, {Hours}>3)")
