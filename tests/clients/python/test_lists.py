"""Lists of records: order, choice of fields, views, pages."""

import pytest

from refusals import refused


@pytest.fixture
def tasks(seeded):
    return seeded.table("Tasks")


def values(records, name):
    return [record["fields"].get(name) for record in records]


def test_all_walks_over_every_page(yard):
    records = yard.table("Tasks").all()
    assert values(records, "Name") == [f"Task {n:03}" for n in range(1, 261)]
    assert len(yard.requests("records.list")) == 3


def test_pages_are_as_long_as_asked_and_end_at_the_most(yard):
    pages = list(yard.table("Tasks").iterate(page_size=10, max_records=25))
    assert [len(page) for page in pages] == [10, 10, 5]
    assert len(yard.requests("records.list")) == 3
    names = [name for page in pages for name in values(page, "Name")]
    assert names == [f"Task {n:03}" for n in range(1, 26)]


def test_a_whole_number_of_pages_has_no_empty_one_behind_it(yard):
    assert [len(page) for page in yard.table("Tasks").iterate(page_size=65)] == [65] * 4
    assert len(yard.requests("records.list")) == 4


def test_first_is_one_or_nothing(tasks):
    assert tasks.first()["fields"]["Name"] == "Task 001"
    assert tasks.first(formula="{Name}='No such task'") is None


def test_records_come_in_the_order_asked_for(tasks):
    hours = values(tasks.all(sort=["Hours"]), "Hours")
    assert hours == sorted(hours) and len(set(hours)) == 260
    assert values(tasks.all(sort=["-Hours"]), "Hours") == hours[::-1]
    assert values(tasks.all(sort=["-Name"], max_records=3), "Name") == ["Task 260", "Task 259", "Task 258"]


def test_a_second_field_orders_what_the_first_leaves_equal(tasks):
    records = tasks.all(sort=["Urgent", "-Hours"], fields=["Urgent", "Hours"])
    split = values(records, "Urgent").index(True)
    assert values(records[:split], "Urgent") == [None] * 208 and values(records[split:], "Urgent") == [True] * 52
    for part in (records[:split], records[split:]):
        hours = values(part, "Hours")
        assert hours == sorted(hours, reverse=True)


def test_only_the_fields_asked_for_are_told(tasks):
    for record in tasks.all(fields=["Name", "Hours"]):
        assert set(record["fields"]) == {"Name", "Hours"}
    urgent = tasks.all(fields=["Urgent"])
    assert len(urgent) == 260
    assert {frozenset(record["fields"].items()) for record in urgent} == {frozenset(), frozenset({("Urgent", True)})}


def test_fields_may_be_asked_for_by_id(tasks):
    schema = tasks.schema()
    assert set(tasks.first(fields=[schema.field("Hours").id])["fields"]) == {"Hours"}


@pytest.mark.parametrize("called", [lambda view: view.name, lambda view: view.id])
def test_a_view_says_which_records_and_in_which_order(tasks, called):
    view = called(tasks.schema().view("Open, longest first"))
    seen = tasks.all(view=view)
    expected = [record for record in tasks.all() if record["fields"]["State"] != "Done"]
    assert 0 < len(expected) < 260
    assert seen == sorted(expected, key=lambda record: -record["fields"]["Hours"])


def test_fields_that_a_view_hides_are_told_all_the_same(tasks):
    assert "State" in tasks.first(view="Open, longest first")["fields"]


def test_an_order_that_is_asked_for_beats_the_one_of_the_view(tasks):
    names = values(tasks.all(view="Open, longest first", sort=["Name"]), "Name")
    assert names == sorted(names) and 0 < len(names) < 260


def test_a_view_and_a_formula_both_exclude(tasks):
    states = values(tasks.all(view="Open, longest first", formula="{State}!='Now'"), "State")
    assert set(states) == {"Later"}


def test_a_view_that_is_not_there_is_refused(tasks):
    with refused(422, "VIEW_NAME_NOT_FOUND"):
        tasks.all(view="Closed")
    with refused(422, "VIEW_ID_NOT_FOUND"):
        tasks.all(view="viwNowhere0000000")


def test_what_happens_while_pages_are_walked_moves_nothing(yard):
    tasks = yard.table("Tasks")
    pages = tasks.iterate(page_size=100)
    first = next(pages)
    added = tasks.create({"Name": "Late"})
    tasks.batch_delete([record["id"] for record in first[:10]])
    rest = [record["id"] for page in pages for record in page]
    assert len(rest) == len(set(rest)) == 160 and added["id"] not in rest


def test_a_walk_that_paused_for_too_long_begins_again(yard):
    tasks = yard.table("Tasks")
    pages = tasks.iterate()
    next(pages)
    with yard.sandbox.later(3_600):
        with refused(422, "LIST_RECORDS_ITERATOR_NOT_AVAILABLE"):
            next(pages)
        assert len(tasks.all()) == 260


def test_an_offset_that_is_none_is_refused(tasks):
    with refused(422, "INVALID_OFFSET_VALUE", "The value of offset itrNone is invalid"):
        tasks.all(offset="itrNone")


def test_comments_are_counted_where_it_is_asked_for(yard):
    tasks = yard.table("Tasks")
    first, second = tasks.all(max_records=2)
    assert "commentCount" not in first
    for text in ("One", "Two"):
        tasks.add_comment(first["id"], text)
    counted = tasks.all(max_records=2, count_comments=True)
    assert [record["commentCount"] for record in counted] == [2, 0]
    assert counted[1] == {**second, "commentCount": 0}


def test_a_list_too_long_for_an_address_is_asked_for_by_post(yard):
    tasks = yard.table("Tasks")
    wanted = [record["id"] for record in tasks.all()][10:130]
    others = [f"rec{n:014}" for n in range(500 - len(wanted))]
    formula = "OR(" + ", ".join(f"RECORD_ID()='{id}'" for id in wanted + others) + ")"
    assert len(formula) > 16_000
    found = tasks.all(formula=formula, sort=["-Name"], fields=["Name"])
    assert sorted(record["id"] for record in found) == sorted(wanted)
    assert values(found, "Name") == sorted(values(found, "Name"), reverse=True)
    posts = [one for one in yard.requests("records.list") if one["method"] == "POST"]
    assert len(posts) == 2 and all(one["path"].endswith("/listRecords") for one in posts)
