"""Files in cells: fetched from an address, or sent along."""

import base64
from urllib.parse import urlsplit

import pytest
import requests

from listener import listening
from refusals import refused
from waiting import wait_for

#: A picture of 2 by 3.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAIAAAA2iEnWAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg=="
)
#: Longer than a line of base64, of which pyairtable sends several.
TEXT = b"All hands on deck. " * 40


@pytest.fixture
def web():
    with listening() as listener:
        yield listener


@pytest.fixture
def everything(yard):
    table = yard.table("Everything")
    keep_uploads_at_the_endpoint(table)
    return table


def keep_uploads_at_the_endpoint(table):
    """pyairtable sends uploads to content.airtable.com whatever its endpoint is, and the token with them. This is what a
    program that uses another endpoint has to do about it."""
    elsewhere = table.urls.upload_attachment
    endpoint = urlsplit(table.api.endpoint_url)
    table.urls.upload_attachment = lambda record, field: elsewhere(record, field).replace_url(netloc=endpoint.netloc)


def fetched(table, record, name):
    """The file of that name in the record, once it is there."""

    def found():
        files = table.get(record)["fields"].get("Files", [])
        return next((file for file in files if file.get("filename") == name and "size" in file), None)

    return wait_for(f"{name} is fetched", found)


def test_pyairtable_sends_uploads_elsewhere_unless_it_is_kept_from_it(yard):
    table = yard.table("Everything")
    assert table.urls.upload_attachment("rec", "Files").startswith("http://content.airtable.com/")
    keep_uploads_at_the_endpoint(table)
    assert table.urls.upload_attachment("rec", "Files").startswith(f"{yard.sandbox.url}/v0/{yard.id}/rec/Files/")


def test_a_file_is_fetched_from_its_address(everything, web):
    url = web.serve("/deck.txt", TEXT, "text/plain")
    made = everything.create({"Name": "Fetched", "Files": [{"url": url, "filename": "crew.txt"}]})
    [at_once] = made["fields"]["Files"]
    assert at_once["id"].startswith("att")
    file = fetched(everything, made["id"], "crew.txt")
    assert (file["id"], file["size"], file["type"]) == (at_once["id"], len(TEXT), "text/plain")
    assert file["url"] != url
    assert requests.get(file["url"]).content == TEXT


def test_a_file_without_a_name_is_called_as_its_address_ends(everything, web):
    made = everything.create({"Files": [{"url": web.serve("/a/b/map.txt", TEXT, "text/plain")}]})
    assert fetched(everything, made["id"], "map.txt")["size"] == len(TEXT)


def test_a_picture_has_a_size_and_smaller_pictures(everything, web):
    made = everything.create({"Files": [{"url": web.serve("/dot.png", PNG, "image/png")}]})
    file = fetched(everything, made["id"], "dot.png")
    assert (file["type"], file["width"], file["height"]) == ("image/png", 2, 3)
    assert set(file["thumbnails"]) == {"small", "large", "full"}
    for thumbnail in file["thumbnails"].values():
        assert requests.get(thumbnail["url"]).ok and thumbnail["width"] and thumbnail["height"]


def test_a_file_that_cannot_be_fetched_vanishes(everything, web):
    good = web.serve("/here.txt", TEXT, "text/plain")
    made = everything.create({"Files": [{"url": f"{web.url}/gone.txt"}, {"url": good}]})
    fetched(everything, made["id"], "here.txt")
    left = lambda: [file["filename"] for file in everything.get(made["id"])["fields"]["Files"]] == ["here.txt"]
    wait_for("the other is gone", left)


def test_files_are_kept_by_id_and_copied_by_address(everything, web):
    urls = [web.serve(f"/{name}", TEXT, "text/plain") for name in ("one.txt", "two.txt")]
    made = everything.create({"Files": [{"url": url} for url in urls]})
    one, two = (fetched(everything, made["id"], name) for name in ("one.txt", "two.txt"))
    kept = everything.update(made["id"], {"Files": [{"id": two["id"]}]})["fields"]["Files"]
    assert [(file["id"], file["filename"]) for file in kept] == [(two["id"], "two.txt")]
    other = everything.create({"Files": [{"url": two["url"], "filename": "three.txt"}]})
    copy = fetched(everything, other["id"], "three.txt")
    assert copy["id"] != two["id"] and requests.get(copy["url"]).content == TEXT
    assert one["id"] != two["id"]


def test_a_new_record_takes_no_files_by_id_and_none_written_into_an_address(everything, web):
    made = everything.create({"Files": [{"url": web.serve("/one.txt", TEXT, "text/plain")}]})
    file = fetched(everything, made["id"], "one.txt")
    for wrong in ({"id": file["id"]}, {"url": "data:text/plain,hello"}):
        with refused(422, "INVALID_ATTACHMENT_OBJECT"):
            everything.create({"Files": [wrong]})


def test_an_upload_answers_with_every_file_of_the_cell(everything):
    record = everything.create({"Name": "Uploaded"})
    field = everything.schema().field("Files").id
    first = everything.upload_attachment(record["id"], "Files", "deck.txt", TEXT)
    assert (first["id"], first["createdTime"], list(first["fields"])) == (record["id"], record["createdTime"], [field])
    second = everything.upload_attachment(record["id"], field, "dot.png", PNG)
    told = second["fields"][field]
    assert [(file["filename"], file["type"], file["size"]) for file in told] == [
        ("deck.txt", "text/plain", len(TEXT)),
        ("dot.png", "image/png", len(PNG)),
    ]
    read = everything.get(record["id"])["fields"]["Files"]
    assert [file["id"] for file in read] == [file["id"] for file in told]
    assert [requests.get(file["url"]).content for file in read] == [TEXT, PNG]


def test_an_upload_finds_a_field_with_a_space_in_its_name(everything):
    everything.create_field("Other files", "multipleAttachments")
    record = everything.create({})
    [told] = everything.upload_attachment(record["id"], "Other files", "deck.txt", TEXT)["fields"].values()
    assert [file["filename"] for file in told] == ["deck.txt"]


def test_an_upload_to_what_holds_no_files_is_refused(everything):
    record = everything.create({"Name": "Not for files"})
    with refused(422, "INVALID_VALUE_FOR_COLUMN"):
        everything.upload_attachment(record["id"], "Name", "deck.txt", TEXT)
    assert everything.get(record["id"]) == record


def test_addresses_of_files_end_and_are_given_anew(yard, everything):
    record = everything.create({})
    everything.upload_attachment(record["id"], "Files", "deck.txt", TEXT)
    address = lambda: everything.get(record["id"])["fields"]["Files"][0]["url"]
    early = address()
    assert requests.get(early).ok
    with yard.sandbox.later(2 * 60 * 60 + 1):
        assert not requests.get(early).ok
        assert requests.get(address()).content == TEXT


def test_an_address_that_was_made_up_leads_nowhere(everything):
    record = everything.create({})
    everything.upload_attachment(record["id"], "Files", "deck.txt", TEXT)
    url = everything.get(record["id"])["fields"]["Files"][0]["url"]
    assert requests.get(url).ok
    endpoint, folder, *parts, name = url.removeprefix("http://").split("/")
    for place, part in enumerate(parts):
        forged = [*parts[:place], part[:-1] + ("0" if part[-1] != "0" else "1"), *parts[place + 1 :]]
        assert not requests.get("http://" + "/".join([endpoint, folder, *forged, name])).ok, forged
