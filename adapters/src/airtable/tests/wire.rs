//! What goes over the wire, and what is read from it.

use std::time::Duration;

use domain::bases::ids::FieldId;
use domain::bases::ports::{Access, Airtable, Fault, File, Query, Trouble, UPLOAD_BYTES_MAX};
use domain::bases::table::{Fields, RECORDS_MAX};
use domain::secret::Secret;
use serde_json::json;

use super::site::{Does, JumpingTime, Site, TOKEN, access, base, client, impatient, place, record};

fn one_record() -> serde_json::Value {
    json!({ "records": [{
        "id": "rec00000000000001", "createdTime": "2022-09-12T21:03:48.000Z",
        "fields": { "fldName0000000000": "Ana" },
    }] })
}

/// A gzip file that packs nothing: one block as it is.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    packed.extend(length.to_le_bytes());
    packed.extend((!length).to_le_bytes());
    packed.extend(bytes);
    packed.extend(crc32(bytes).to_le_bytes());
    packed.extend(u32::from(length).to_le_bytes());
    packed
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc: u32, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[tokio::test]
async fn a_request_says_who_asks_and_what_asks_and_takes_packed_answers() {
    let answer =
        Does::answer(200, "content-encoding: gzip\r\n", &packed(one_record().to_string().as_bytes()));
    let site = Site::doing([answer]).await;
    let page = site.connect().page(place(), &Query::default(), None).await.unwrap();
    assert_eq!(page.records[0].fields["fldName0000000000"], json!("Ana"));
    let head = site.seen()[0].head.to_lowercase();
    assert!(head.contains(&format!("authorization: bearer {}\r\n", TOKEN.to_lowercase())), "{head}");
    assert!(head.contains("user-agent: airtide/") && !head.contains("httpx"), "{head}");
    assert!(head.contains("accept-encoding: gzip\r\n"), "{head}");
}

#[tokio::test]
async fn an_answer_that_is_larger_than_what_is_read_is_left_however_it_is_packed() {
    let large = json!({ "records": [], "offset": "x".repeat(5_000) }).to_string();
    let answer = Does::answer(200, "content-encoding: gzip\r\n", &packed(large.as_bytes()));
    let site = Site::doing([answer]).await;
    let connection = impatient(&site.root(), 4_000).connect(access(Duration::ZERO));
    let answered = connection.page(place(), &Query::default(), None).await;
    assert!(matches!(answered, Err(Fault::Malformed(_))), "{answered:?}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Site::doing([Does::json(200, &one_record())]).await;
    let location = format!("location: {}/\r\n", elsewhere.root());
    let site = Site::doing([Does::answer(307, &location, b"")]).await;
    let answered = site.connect().page(place(), &Query::default(), None).await;
    assert_eq!(answered, Err(Fault::Malformed("status 307".into())));
    assert!(elsewhere.seen().is_empty(), "the token stays with its host");
}

#[tokio::test]
async fn a_server_that_is_not_trusted_is_told_nothing() {
    let site = Site::doing([]).await;
    let root = site.root().replace("http:", "https:");
    let connection = client(&root, &JumpingTime::new()).connect(access(Duration::ZERO));
    let written = connection.create(place(), &[Fields::new()], false).await;
    assert_eq!(written, Err(Fault::Unavailable(Trouble::NotConnected)));
    assert!(site.seen().iter().all(|seen| !seen.head.contains(TOKEN)));
}

#[tokio::test]
async fn what_cannot_be_read_is_named_by_its_place_and_not_shown() {
    let site = Site::doing([Does::json(200, &json!({ "records": "hunter2" }))]).await;
    let fault = site.connect().page(place(), &Query::default(), None).await.unwrap_err();
    assert!(
        matches!(&fault, Fault::Malformed(why) if why.starts_with("list_records: Data in line 1")),
        "{fault}"
    );
    assert!(!fault.to_string().contains("hunter2"));
}

#[tokio::test]
async fn a_write_whose_answer_cannot_be_read_may_have_been_done() {
    let site = Site::doing([Does::json(200, &json!({}))]).await;
    let answered = site.connect().create(place(), &[Fields::new()], false).await;
    assert_eq!(answered, Err(Fault::Ambiguous(Trouble::Unreadable)));
}

#[tokio::test]
async fn nothing_to_write_and_too_much_to_write_are_not_sent() {
    let site = Site::doing([]).await;
    let connection = site.connect();
    let many = vec![Fields::new(); RECORDS_MAX + 1];
    let refused = connection.create(place(), &many, false).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "refused: 422 INVALID_RECORDS: A maximum of 10 records can be created per request but you have provided 11."
    );
    let ids: Vec<_> = (0..11).map(record).collect();
    assert_eq!(connection.delete(place(), &ids).await.unwrap_err().refused_as(), Some("INVALID_RECORDS"));
    let field = FieldId::parse("fldFiles000000000").unwrap();
    let file = File { name: "a".into(), content_type: "b".into(), bytes: vec![0; UPLOAD_BYTES_MAX + 1] };
    let refused = connection.upload(base(), record(1), field, &file).await.unwrap_err();
    assert_eq!(refused.refused_as(), Some("REQUEST_TOO_LARGE"));
    assert_eq!(connection.create(place(), &[], false).await, Ok(vec![]));
    assert_eq!(connection.delete(place(), &[]).await, Ok(vec![]));
    assert!(site.seen().is_empty());
}

#[tokio::test]
async fn a_token_that_cannot_be_sent_is_no_good() {
    let site = Site::doing([]).await;
    let token = Secret::new("pat\r\nx-injected: 1".to_owned());
    let access = Access { token, ..access(Duration::ZERO) };
    let connection = client(&site.root(), &JumpingTime::new()).connect(access);
    assert_eq!(connection.whoami().await, Err(Fault::Unauthorized));
    assert!(site.seen().is_empty());
}

#[test]
fn neither_access_nor_its_token_is_shown() {
    assert!(!format!("{:?}", access(Duration::ZERO)).contains("secretsecret"));
}
