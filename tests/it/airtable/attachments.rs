//! Files that cells name: fetched, kept, and given out at addresses that end.

use domain::bases::cells::{Attachment, CellValue};
use domain::bases::files::{BlobHash, StoredFile};
use domain::bases::ids::{FieldId, Mint, RecordId};
use domain::bases::{BaseKey, Record, record};
use domain::identity::TenantId;
use eventstore::attachment_links::AttachmentLinks;
use eventstore::event::StreamId;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use support::api::Answer;
use support::bases::{record, workspace};
use support::file_site::FileSite;
use support::log::stream_id;
use support::team::Team;
use support::wait;
use support::workers::SOON;
use uuid::Uuid;

const EGRESS: (&str, &str) = ("AIRTIDE__EGRESS__ALLOW", "127.0.0.1/32");
const GIF: &[u8] = b"GIF89a\x02\0\x01\0";

/// A record of a base, and its cell that holds files.
struct Filed {
    team: Team,
    airtable_base: String,
    record: RecordId,
    stream: StreamId,
    field: FieldId,
}

impl Filed {
    async fn naming(url: &str) -> Self {
        Self::holding(|mint| {
            vec![Attachment { id: mint.make(), url: url.into(), filename: None, known: Map::new() }]
        })
        .await
    }

    async fn holding(files: impl FnOnce(&mut Mint) -> Vec<Attachment>) -> Self {
        let team = Team::gather_with(&[EGRESS]).await;
        let orders = workspace(&team.api, &team.owner);
        let fields = json!([
            { "name": "Name", "type": "singleLineText" },
            { "name": "Files", "type": "multipleAttachments", "options": { "isReversed": false } },
        ]);
        let body = json!({ "name": "Company", "tables": [{ "name": "Clients", "fields": fields }] });
        let made = team.api.post(&format!("/v1/workspaces/{orders}/bases"), body).by(&team.owner).send();
        let (base, airtable_base) = {
            let made = made.expect(201);
            (made.text("/id"), made.text("/airtable_id"))
        };
        let schema = team.api.get(&format!("/v1/bases/{base}/schema")).by(&team.owner).send().expect(200);
        let field = FieldId::parse(&schema.text("/tables/0/fields/1/id")).unwrap();
        let files = files(&mut Mint::new(Uuid::new_v4()));
        let cells = CellValue::Attachments(files).filled().map(|files| (field, files));
        let record =
            record(&team, &orders, &base, &schema.text("/tables/0/id"), cells.into_iter().collect()).await;
        let stream = stream_id(record::key(&BaseKey::new(base).unwrap(), record).as_str());
        Self { team, airtable_base, record, stream, field }
    }

    fn upload(&self, field: &str, body: Value) -> Answer {
        let path = format!("/v0/{}/{}/{field}/uploadAttachment", self.airtable_base, self.record);
        self.team.api.post(&path, body).by(&self.team.owner).send()
    }

    /// What the cell holds now.
    async fn files(&self) -> Vec<Attachment> {
        let tenant = &self.team.tenant;
        let found = self.team.log.executor().state::<Record>(tenant, self.stream.clone()).await.unwrap();
        match found.state.cells().unwrap().get(&self.field) {
            Some(CellValue::Attachments(files)) => files.clone(),
            _ => Vec::new(),
        }
    }

    async fn until_settled(&self) -> Option<Attachment> {
        wait::until_true("the file is settled", SOON, async || {
            self.files().await.iter().all(|file| file.url.starts_with("blob:"))
        })
        .await;
        self.files().await.pop()
    }

    fn address(&self, tenant: &TenantId, file: &Attachment, at: Timestamp) -> String {
        let hash = BlobHash::of_url(&file.url).expect("it is kept");
        let media_type = file.known["type"].as_str().expect("a type");
        let stored = StoredFile { attachment: file.id, hash, name: "", media_type };
        let token = AttachmentLinks::of(&self.team.log.log.keys()).issue(tenant, &stored, at);
        format!("/v0/attachments/{token}/any%20name")
    }

    /// What whoever has the address is given.
    fn given(&self, file: &Attachment, headers: &[(&str, &str)]) -> Answer {
        let path = self.address(&self.team.tenant, file, Timestamp::now());
        headers.iter().fold(self.team.api.get(&path), |call, (name, value)| call.header(name, value)).send()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_fetched_from_its_address_and_given_out_at_ours() {
    let site = FileSite::giving(200, "image/gif", GIF);
    let filed = Filed::naming(&site.url("/pictures/a%20dot.gif?size=1")).await;
    let file = filed.until_settled().await.expect("it stays");
    assert_eq!(file.filename.as_deref(), Some("a dot.gif"));
    let known = json!({ "size": 10, "type": "image/gif", "width": 2, "height": 1 });
    assert_eq!(Value::Object(file.known.clone()), known);

    let given = filed.given(&file, &[]).expect(200);
    assert_eq!(given.body.as_bytes(), GIF);
    for (name, value) in [
        ("content-type", "image/gif"),
        ("content-length", "10"),
        ("content-disposition", "inline"),
        ("x-content-type-options", "nosniff"),
        ("accept-ranges", "bytes"),
        ("cross-origin-resource-policy", "cross-origin"),
    ] {
        assert_eq!(given.header(name), Some(value), "{name}");
    }
    let seen = given.header("etag").expect("an etag");
    filed.given(&file, &[("if-none-match", seen)]).expect(304);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_file_is_given_where_one_is_asked_for() {
    let site = FileSite::giving(200, "text/plain", b"0123456789");
    let filed = Filed::naming(&site.url("/digits")).await;
    let file = filed.until_settled().await.expect("it stays");
    let part = filed.given(&file, &[("range", "bytes=2-4")]).expect(206);
    assert_eq!((part.body.as_str(), part.header("content-range")), ("234", Some("bytes 2-4/10")));
    let end = filed.given(&file, &[("range", "bytes=-1")]).expect(206);
    assert_eq!(end.body, "9");
    let beyond = filed.given(&file, &[("range", "bytes=10-")]).expect(416);
    assert_eq!(beyond.header("content-range"), Some("bytes */10"));
    filed.given(&file, &[("range", "bytes=2-4"), ("if-range", "\"another\"")]).expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_run_in_a_page_is_only_saved() {
    let site = FileSite::giving(200, "text/html", b"<script>alert(1)</script>");
    let filed = Filed::naming(&site.url("/page.html")).await;
    let file = filed.until_settled().await.expect("it stays");
    let given = filed.given(&file, &[]).expect(200);
    assert_eq!(given.header("content-disposition"), Some("attachment"));
    assert!(given.header("content-security-policy").expect("a policy").contains("sandbox"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_ends_and_leads_nowhere_else() {
    let site = FileSite::giving(200, "text/plain", b"mine");
    let filed = Filed::naming(&site.url("/mine")).await;
    let file = filed.until_settled().await.expect("it stays");
    let get = |path: &str| filed.team.api.get(path).send();
    let long_ago = Timestamp::now() - SignedDuration::from_hours(4);
    get(&filed.address(&filed.team.tenant, &file, long_ago)).expect(410);
    get("/v0/attachments/made.up/mine").expect(410);
    // The same bytes are not those of another tenant.
    let other = TenantId::new(filed.team.api.person().tenant).unwrap();
    get(&filed.address(&other, &file, Timestamp::now())).expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_there_leaves_its_cell() {
    let site = FileSite::giving(404, "text/plain", b"no");
    let filed = Filed::naming(&site.url("/gone")).await;
    assert_eq!(filed.until_settled().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_fetched_from_where_only_this_machine_reaches() {
    // `localhost` leads to an address that is allowed here, and 10.0.0.1 is not.
    let filed = Filed::naming("http://10.0.0.1/secrets").await;
    assert_eq!(filed.until_settled().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_uploaded_stands_behind_those_that_are_there() {
    let filed = Filed::holding(|_| Vec::new()).await;
    // As Python packs it: in lines.
    let body = |name: &str| json!({ "contentType": "text/plain", "filename": name, "file": "aGVs\nbG8=\n" });
    filed.upload("Files", body("one.txt")).expect(200);
    let answer = filed.upload(filed.field.as_str(), body("two.txt")).expect(200);
    assert_eq!(answer.text("/id"), filed.record.as_str());
    let files = answer.at(&format!("/fields/{}", filed.field));
    let names: Vec<&str> =
        files.as_array().unwrap().iter().map(|file| file["filename"].as_str().unwrap()).collect();
    assert_eq!(names, ["one.txt", "two.txt"]);
    assert_eq!((&files[1]["size"], &files[1]["type"]), (&json!(5), &json!("text/plain")));
    let url = files[1]["url"].as_str().expect("an address");
    let path = url.strip_prefix(filed.team.api.url.as_str()).expect("it is ours");
    assert_eq!(filed.team.api.get(path).send().expect(200).body, "hello");

    let shown = |query: &str| {
        let path = format!("/v0/{}/Clients/{}{query}", filed.airtable_base, filed.record);
        filed.team.api.get(&path).by(&filed.team.owner).send().expect(200)
    };
    let (cells, text) = (shown(""), shown("?cellFormat=string&timeZone=UTC&userLocale=en"));
    let url = cells.text("/fields/Files/1/url");
    let path = url.strip_prefix(filed.team.api.url.as_str()).expect("it is ours");
    assert_eq!(filed.team.api.get(path).send().expect(200).body, "hello");
    assert!(text.text("/fields/Files").contains(filed.team.api.url.as_str()), "{}", text.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_file_or_has_no_place_is_refused_and_nothing_is_changed() {
    let filed = Filed::holding(|_| Vec::new()).await;
    let good = json!({ "contentType": "text/plain", "filename": "a.txt", "file": "aGVsbG8=" });
    filed.upload("Files", json!({ "filename": "a.txt" })).expect(422);
    filed
        .upload("Files", json!({ "contentType": "text/plain", "filename": "a.txt", "file": "?" }))
        .expect(422);
    filed.upload("Name", good.clone()).expect(422);
    filed.upload("Nowhere", good.clone()).expect(422);
    let large = "A".repeat(7 * 1024 * 1024);
    filed
        .upload("Files", json!({ "contentType": "text/plain", "filename": "a.txt", "file": large }))
        .expect(413);
    assert!(filed.files().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_repeated_under_its_key_is_made_once() {
    let filed = Filed::holding(|_| Vec::new()).await;
    let body = json!({ "contentType": "text/plain", "filename": "a.txt", "file": "aGVsbG8=" });
    let path = format!("/v0/{}/{}/Files/uploadAttachment", filed.airtable_base, filed.record);
    let attempt =
        || filed.team.api.post(&path, body.clone()).by(&filed.team.owner).key("one").send().expect(200);
    let (first, again) = (attempt(), attempt());
    assert_eq!(first.at("/fields"), again.at("/fields"));
    assert_eq!(filed.files().await.len(), 1);
}
