//! Files that cells name: fetched, kept, and given out at addresses that end.

use domain::bases::cells::{Attachment, CellValue};
use domain::bases::files::{BlobHash, StoredFile};
use domain::bases::ids::{FieldId, Mint, RecordId, TableId};
use domain::bases::record::{self, Address, RecordCommand, Source};
use domain::bases::table::Stamp;
use domain::bases::{BaseKey, Record};
use domain::identity::{TenantId, WorkspaceId};
use eventstore::attachment_links::AttachmentLinks;
use eventstore::event::StreamId;
use eventstore::execute::{Plan, Request};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use support::api::Answer;
use support::bases::workspace;
use support::file_site::FileSite;
use support::team::Team;
use support::wait;
use support::workers::SOON;
use uuid::Uuid;

const EGRESS: (&str, &str) = ("AIRTIDE__EGRESS__ALLOW", "127.0.0.1/32");
const GIF: &[u8] = b"GIF89a\x02\0\x01\0";

/// A record of a base whose cell holds one file.
struct Filed {
    team: Team,
    stream: StreamId,
    field: FieldId,
}

impl Filed {
    async fn naming(url: &str) -> Self {
        let team = Team::gather_with(&[EGRESS]).await;
        let orders = workspace(&team.api, &team.owner);
        let fields = json!([
            { "name": "Name", "type": "singleLineText" },
            { "name": "Files", "type": "multipleAttachments", "options": { "isReversed": false } },
        ]);
        let body = json!({ "name": "Company", "tables": [{ "name": "Clients", "fields": fields }] });
        let made = team.api.post(&format!("/v1/workspaces/{orders}/bases"), body).by(&team.owner).send();
        let base = made.expect(201).text("/id");
        let schema = team.api.get(&format!("/v1/bases/{base}/schema")).by(&team.owner).send().expect(200);
        let field = FieldId::parse(&schema.text("/tables/0/fields/1/id")).unwrap();
        let table = TableId::parse(&schema.text("/tables/0/id")).unwrap();
        let stream = created(&team, &orders, &base, table, field, url).await;
        Self { team, stream, field }
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

async fn created(
    team: &Team,
    workspace: &str,
    base: &str,
    table: TableId,
    field: FieldId,
    url: &str,
) -> StreamId {
    let mut mint = Mint::new(Uuid::new_v4());
    let (base, record): (BaseKey, RecordId) = (BaseKey::new(base).unwrap(), mint.make());
    let file = Attachment { id: mint.make(), url: url.into(), filename: None, known: Map::new() };
    let create = RecordCommand::Create {
        address: Address { base: base.clone(), table, record },
        source: Source::Api,
        stamp: Stamp { at: Timestamp::now(), by: None },
        cells: [(field, CellValue::Attachments(vec![file]))].into(),
        links: Vec::new(),
    };
    let stream = StreamId::new(record::key(&base, record).as_str()).unwrap();
    let request = Request::new(team.tenant.clone(), team.owner.user.as_str());
    let request = request.in_workspace(WorkspaceId::new(workspace).unwrap());
    let plan = Plan::new().create::<Record>(&team.tenant, stream.clone(), create);
    team.log.executor().execute(&request, plan).await.expect("the record is made");
    stream
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
    get("/v0/attachments/made.up/mine").expect(403);
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
