"""Comments on records: threads, mentions, and whose they are."""

import pytest

from people import ANA, BEN, EVA, KIM
from refusals import refused


@pytest.fixture
def tasks(yard):
    return yard.table("Tasks")


@pytest.fixture
def record(tasks):
    return tasks.first()["id"]


def texts(comments):
    return {comment.id: comment.text for comment in comments}


def test_a_comment_is_added_and_read(yard, tasks, record):
    assert tasks.comments(record) == []
    added = tasks.add_comment(record, "Mind the gap")
    assert added.author.model_dump() == {"id": ANA, "email": "ana@example.org", "name": "Ana"}
    assert added.last_updated_time is None and added.parent_comment_id is None
    assert [comment.model_dump() for comment in tasks.comments(record)] == [added.model_dump()]
    assert yard.effects("comment.created") == [added.id]


def test_a_reply_knows_what_it_answers(tasks, record):
    question = tasks.add_comment(record, "Which paint?")
    answer = tasks.add_comment(record, "The red one", parent_comment_id=question.id)
    assert answer.parent_comment_id == question.id
    assert {comment.id: comment.parent_comment_id for comment in tasks.comments(record)} == {
        question.id: None,
        answer.id: question.id,
    }


def test_an_edited_comment_says_when(tasks, record):
    comment = tasks.add_comment(record, "Tomorow")
    comment.text = "Tomorrow"
    comment.save()
    assert comment.last_updated_time >= comment.created_time
    assert texts(tasks.comments(record)) == {comment.id: "Tomorrow"}


def test_a_deleted_comment_is_gone(yard, tasks, record):
    kept, doomed = tasks.add_comment(record, "Kept"), tasks.add_comment(record, "Doomed")
    doomed.delete()
    assert doomed.deleted
    assert texts(tasks.comments(record)) == {kept.id: "Kept"}
    assert yard.effects("comment.deleted") == [doomed.id]


def test_who_is_mentioned_is_told_for_as_long_as_they_are(tasks, record):
    comment = tasks.add_comment(record, f"Ask @[{EVA}]")
    told = comment.mentioned[EVA]
    assert (told.display_name, told.email, told.type) == ("Eva", "eva@example.org", "user")
    comment.text = "Ask nobody"
    comment.save()
    assert comment.mentioned == {}


def test_more_comments_than_a_page_holds_are_all_read(tasks, record):
    added = {tasks.add_comment(record, f"Number {n}").id for n in range(120)}
    assert set(texts(tasks.comments(record))) == added


def test_a_comment_is_its_authors(yard, tasks, record):
    comment = yard.base_of(BEN).table("Tasks").add_comment(record, "Mine")
    [seen] = tasks.comments(record)
    seen.text = "Not yours"
    with refused(403, "INVALID_PERMISSIONS"):
        seen.save()
    with refused(403, "INVALID_PERMISSIONS"):
        seen.delete()
    assert texts(tasks.comments(record)) == {comment.id: "Mine"}


def test_who_may_comment_need_not_be_allowed_to_edit(yard, record):
    kims = yard.base_of(KIM).table("Tasks")
    added = kims.add_comment(record, "Only saying")
    assert texts(yard.table("Tasks").comments(record)) == {added.id: "Only saying"}
    with refused(403, "INVALID_PERMISSIONS"):
        kims.update(record, {"Hours": 1})
    with refused(403, "INVALID_PERMISSIONS"):
        yard.base_of(EVA).table("Tasks").add_comment(record, "Not even that")


def test_comments_take_scopes_of_their_own(yard, record):
    reading = yard.base_of(ANA, scopes=["data.records:read", "data.recordComments:read"]).table("Tasks")
    assert reading.comments(record) == []
    with refused(403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"):
        reading.add_comment(record, "No")
    with refused(403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"):
        yard.base_of(ANA, scopes=["data.records:read"]).table("Tasks").comments(record)
