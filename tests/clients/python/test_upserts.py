"""Creating or updating, whichever it takes."""

import pytest

from refusals import refused


@pytest.fixture
def log(yard):
    return yard.table("In/Out Log")


def record_called(log, what, amount):
    return log.first(formula=f"AND({{What}}='{what}', {{Amount/Total}}={amount})")


def test_what_is_there_is_updated_and_what_is_not_is_created(yard, log):
    paint = record_called(log, "Paint", 3)
    told = log.batch_upsert(
        [{"fields": {"What": "Paint", "Amount/Total": 4}}, {"fields": {"What": "Nails", "Amount/Total": 100}}], ["What"]
    )
    assert told["updatedRecords"] == [paint["id"]]
    assert [record["id"] for record in told["records"]] == [paint["id"], *told["createdRecords"]]
    assert told["records"][0]["fields"] == {"What": "Paint", "Amount/Total": 4, "Kind": "In"}
    assert told["records"][1]["fields"] == {"What": "Nails", "Amount/Total": 100}
    assert yard.effects("record.created") == told["createdRecords"]
    assert yard.effects("record.updated") == told["updatedRecords"]
    assert len(log.all()) == 5


def test_again_it_creates_nothing(log):
    nails = [{"fields": {"What": "Nails", "Amount/Total": 100}}]
    created = log.batch_upsert(nails, ["What"])["createdRecords"]
    again = log.batch_upsert(nails, ["What"])
    assert (again["createdRecords"], again["updatedRecords"]) == ([], created)


def test_all_the_keys_have_to_match(log):
    told = log.batch_upsert([{"fields": {"What": "Rope", "Kind": "In", "Amount/Total": 80}}], ["What", "Kind"])
    assert told["updatedRecords"] == [record_called(log, "Rope", 80)["id"]] and told["createdRecords"] == []
    assert record_called(log, "Rope", 7) is not None and record_called(log, "Rope", 8) is None


def test_more_than_one_match_is_refused_and_changes_nothing(yard, log):
    before = log.all()
    with refused(422, "INVALID_REQUEST_UNKNOWN"):
        log.batch_upsert(
            [{"fields": {"What": "Tar", "Amount/Total": 1}}, {"fields": {"What": "Rope", "Amount/Total": 1}}], ["What"]
        )
    assert log.all() == before
    assert yard.effects("record.created") == yard.effects("record.updated") == []


def test_blank_never_matches_blank(log):
    blank = log.first(formula="{What}=''")
    told = log.batch_upsert([{"fields": {"What": None, "Amount/Total": 9}}], ["What"])
    assert told["updatedRecords"] == [] and len(told["createdRecords"]) == 1
    assert log.get(blank["id"]) == blank and len(log.all()) == 5


def test_a_record_named_by_id_is_updated_whatever_its_keys(log):
    rope = record_called(log, "Rope", 7)
    told = log.batch_upsert([{"id": rope["id"], "fields": {"What": "Twine"}}], ["What"])
    assert told["updatedRecords"] == [rope["id"]] and told["createdRecords"] == []
    assert log.get(rope["id"])["fields"] == {"What": "Twine", "Amount/Total": 7, "Kind": "Out"}


def test_an_id_that_is_not_there_is_refused(log):
    with refused(422, "ROW_DOES_NOT_EXIST", "Record ID recNowhere0000000 does not exist in this table"):
        log.batch_upsert([{"id": "recNowhere0000000", "fields": {"What": "Twine"}}], ["What"])


def test_a_replacing_upsert_clears_what_it_does_not_name(log):
    told = log.batch_upsert([{"fields": {"What": "Paint"}}], ["What"], replace=True)
    assert told["records"][0]["fields"] == {"What": "Paint"}


def test_keys_may_be_typecast_and_named_by_id(log):
    what, amount = (log.schema().field(name).id for name in ("What", "Amount/Total"))
    told = log.batch_upsert([{"fields": {amount: "3", what: "Paints"}}], [amount], typecast=True, use_field_ids=True)
    assert len(told["updatedRecords"]) == 1
    assert told["records"][0]["fields"] == {what: "Paints", amount: 3, log.schema().field("Kind").id: "In"}


def test_25_are_three_requests(yard, log):
    told = log.batch_upsert([{"fields": {"What": f"Thing {n}", "Amount/Total": n}} for n in range(25)], ["What"])
    assert len(told["createdRecords"]) == 25 == len(yard.effects("record.created"))
    assert len(yard.requests("records.update")) == 3


def test_what_is_worked_out_is_no_key(yard):
    with refused(422, "INVALID_REQUEST_UNKNOWN"):
        yard.table("Everything").batch_upsert([{"fields": {"Doubled": 25}}], ["Doubled"])
