//! Records are in their rows as the table engine has them that holds the whole base, whatever hangs on what, and however many events
//! are written together.

use std::collections::BTreeMap;

use domain::bases::base::BaseCommand;
use domain::bases::ids::{FieldId, Mint, RecordId, TableId};
use domain::bases::record::{Address, LinkChange, RecordCommand, Source, key, part};
use domain::bases::schema::SchemaChange;
use domain::bases::table::{Batch, Fields, Stamp, Tables, Verb};
use domain::bases::{Base, BaseKey, Record};
use domain::identity::TenantId;
use eventstore::execute::{Plan, Request};
use jiff::Timestamp;
use projections::bases::records::{Between, RecordsReader, Wanted};
use serde_json::{Map, Value, json};
use support::company::{CLIENTS, INVOICES, LINKS, company};
use support::log::{TestLog, request, stream_id, tenant, workspace_id};
use support::projections::{assert_rows_equal_the_log, caught_up, start};
use support::random::Random;
use uuid::Uuid;

const BASE: &str = "bas_1";
const SEEDS: u64 = 4;
const DEEDS: u64 = 60;

/// A base in the log, and the same one in memory.
struct Firm<'l> {
    log: &'l TestLog,
    tables: Tables,
    random: Random,
    edits: u128,
}

fn base_key() -> BaseKey {
    BaseKey::new(BASE).unwrap()
}

fn table(id: &str) -> TableId {
    TableId::parse(id).unwrap()
}

fn within() -> Request {
    request().in_workspace(workspace_id("w1"))
}

impl<'l> Firm<'l> {
    async fn begin(log: &'l TestLog, seed: u64) -> Self {
        let schema = company();
        let create = BaseCommand::Create {
            airtable_id: schema.id,
            name: schema.name.clone(),
            tables: schema.tables.clone(),
        };
        let firm = Self { log, tables: Tables::new(schema, vec![]), random: Random::seeded(seed), edits: 0 };
        firm.ask_base(create).await;
        firm
    }

    async fn ask_base(&self, command: BaseCommand) {
        let plan = Plan::new().decide::<Base>(&tenant("acme"), stream_id(BASE), command);
        self.log.executor().execute(&within(), plan).await.unwrap();
    }

    fn batch(&mut self, at: &str) -> Batch {
        self.edits += 1;
        let seed = Uuid::from_u128((u128::from(self.random.draw()) << 64) | self.edits);
        let now = Timestamp::from_second(1_700_000_000 + self.edits as i64).unwrap();
        Batch {
            table: table(at),
            typecast: false,
            at: now,
            by: None,
            mint: Mint::new(seed),
            records_max: 100,
        }
    }

    fn ids(&self, at: &str) -> Vec<RecordId> {
        self.tables.records(table(at)).map(|record| record.id).collect()
    }

    fn some(&mut self, at: &str, most: u64) -> Vec<RecordId> {
        let (ids, mut some) = (self.ids(at), Vec::new());
        for _ in 0..self.random.below(most + 1) {
            if !ids.is_empty() {
                let one = self.random.one_of(&ids);
                if !some.contains(&one) {
                    some.push(one);
                }
            }
        }
        some
    }

    fn fields(&mut self, at: &str) -> Fields {
        let mut fields = Map::new();
        for (_, field, linked) in LINKS.iter().filter(|(own, ..)| *own == at) {
            if self.random.once_in(3) {
                fields.insert((*field).to_owned(), json!(self.some(linked, 3)));
            }
        }
        let plain = if at == CLIENTS { ["Name", "Status"] } else { ["Number", "Amount"] };
        for field in plain {
            let is_there = self.tables.base().table(table(at)).unwrap().field_called(field).is_ok();
            if is_there && self.random.once_in(2) {
                fields.insert(field.to_owned(), self.value(field));
            }
        }
        fields
    }

    fn value(&mut self, field: &str) -> Value {
        match field {
            "Amount" => json!(self.random.below(50)),
            "Status" => {
                let (_, field) =
                    self.tables.base().field(FieldId::parse("fldStatus00000000").unwrap()).unwrap();
                let choices = &field.choices().unwrap().choices;
                let mut names: Vec<_> = choices.iter().map(|choice| json!(choice.name)).collect();
                names.push(Value::Null);
                self.random.one_of(&names)
            }
            _ => self.random.one_of(&[json!("Ada"), json!("Bo, & Co"), json!("x"), Value::Null]),
        }
    }

    /// Something by chance, in memory and in the log.
    async fn act(&mut self) {
        let at = self.random.one_of(&[CLIENTS, INVOICES]);
        let batch = self.batch(at);
        let planned = match self.random.below(8) {
            0 | 1 => {
                let rows: Vec<_> = (0..self.random.between(1, 3)).map(|_| self.fields(at)).collect();
                self.tables.plan_create(batch, &rows)
            }
            2 => {
                let ids: Vec<_> = self.some(at, 2).iter().map(ToString::to_string).collect();
                let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                self.tables.plan_delete(batch, &ids)
            }
            _ => {
                let ids = self.some(at, 3);
                let rows: Vec<_> = ids.iter().map(|id| (id.to_string(), self.fields(at))).collect();
                let verb = if self.random.once_in(6) { Verb::Put } else { Verb::Patch };
                self.tables.plan_update(batch, verb, &rows)
            }
        };
        let edit = planned.unwrap().edit;
        self.tables.apply(&edit);
        let mut plan = Plan::new();
        let commands = part(&base_key(), Source::Api, &edit).records;
        for (id, command) in &commands {
            plan = plan.decide::<Record>(&tenant("acme"), stream_id(id.as_str()), command.clone());
        }
        if !commands.is_empty() {
            self.log.executor().execute(&within(), plan).await.unwrap();
        }
    }

    async fn reshape(&mut self, changes: Vec<SchemaChange>) {
        self.tables.apply_schema(&changes);
        self.ask_base(BaseCommand::ChangeSchema { changes }).await;
    }

    /// What the rows say is what the tables say.
    async fn assert_rows(&self, reader: &RecordsReader) {
        let tenant = tenant("acme");
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let schema = reader.schema(&tenant, &base_key()).await.unwrap().expect("the base");
        assert_eq!(schema.base(), self.tables.base());
        for at in [CLIENTS, INVOICES] {
            let rows = reader.selected(&tenant, &base_key(), table(at), None, Wanted::All).await.unwrap();
            let numbers: Vec<_> = rows.iter().map(|row| (row.id, row.number)).collect();
            let records = self.tables.records(table(at));
            assert_eq!(numbers, records.map(|record| (record.id, record.number)).collect::<Vec<_>>());
            let reading = self.tables.at(now);
            for row in &rows {
                let record = self.tables.record(table(at), row.id).unwrap();
                let kept = self.tables.kept_cells(table(at), record, now);
                assert_eq!(Value::Object(row.cells.clone()), Value::Object(kept), "{at} {}", row.id);
                assert_eq!(row.name, reading.name_of(table(at), record), "{at} {}", row.id);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_say_what_an_engine_says_that_holds_the_whole_base() {
    for seed in 0..SEEDS {
        let log = TestLog::open().await;
        let mut firm = Firm::begin(&log, seed).await;
        for _ in 0..DEEDS / 2 {
            firm.act().await;
        }
        // Many events are written together now, and few afterwards.
        let running = start(&log.log, &log.url).await;
        let reader = RecordsReader::open(&log.url, 2).unwrap();
        caught_up(&log.log, &running).await;
        firm.assert_rows(&reader).await;
        for _ in 0..DEEDS / 2 {
            firm.act().await;
        }
        caught_up(&log.log, &running).await;
        firm.assert_rows(&reader).await;
        assert_rows_equal_the_log(&log.log, &log.url).await;
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_computed_follows_when_the_schema_changes() {
    for seed in 90..90 + SEEDS {
        reshape_and_compare(seed).await;
    }
}

async fn reshape_and_compare(seed: u64) {
    let log = TestLog::open().await;
    let mut firm = Firm::begin(&log, seed).await;
    for _ in 0..DEEDS {
        firm.act().await;
    }
    let running = start(&log.log, &log.url).await;
    let reader = RecordsReader::open(&log.url, 2).unwrap();
    let field = |id: &str| FieldId::parse(id).unwrap();
    let draft = json!({ "name": "Thrice", "type": "formula", "options": { "formula": "{Amount} * 3" } });
    let draft = serde_json::from_value(draft).unwrap();
    let mint = &mut Mint::new(Uuid::from_u128(7));
    let made = firm.tables.base().plan_field(table(INVOICES), draft, mint).unwrap();
    let choice = domain::bases::ids::ChoiceId::parse("selOpen0000000000").unwrap();
    for changes in [
        made,
        vec![SchemaChange::ChoiceRenamed {
            table: table(CLIENTS),
            field: field("fldStatus00000000"),
            choice,
            name: "Running".into(),
        }],
        vec![SchemaChange::ChoiceDeleted {
            table: table(CLIENTS),
            field: field("fldStatus00000000"),
            choice,
        }],
        vec![SchemaChange::FieldDeleted { table: table(INVOICES), field: field("fldAmount00000000") }],
    ] {
        firm.reshape(changes).await;
        firm.act().await;
        caught_up(&log.log, &running).await;
        firm.assert_rows(&reader).await;
    }
    assert_rows_equal_the_log(&log.log, &log.url).await;
    firm.ask_base(BaseCommand::Delete).await;
    caught_up(&log.log, &running).await;
    assert!(reader.schema(&tenant("acme"), &base_key()).await.unwrap().is_none());
    assert_eq!(
        reader.selected(&tenant("acme"), &base_key(), table(CLIENTS), None, Wanted::All).await.unwrap(),
        []
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_another_tenant_are_never_read() {
    let log = TestLog::open().await;
    let mut firm = Firm::begin(&log, 5).await;
    while firm.ids(CLIENTS).is_empty() {
        firm.act().await;
    }
    let running = start(&log.log, &log.url).await;
    caught_up(&log.log, &running).await;
    let reader = RecordsReader::open(&log.url, 2).unwrap();
    let (globex, base) = (tenant("globex"), base_key());
    let client = firm.ids(CLIENTS)[0];
    assert!(reader.schema(&globex, &base).await.unwrap().is_none());
    let all = Between { after: 0, up_to: u64::MAX };
    assert!(reader.page(&globex, &base, table(CLIENTS), all, 10).await.unwrap().is_empty());
    assert!(reader.shown(&globex, &base, table(CLIENTS), &[client]).await.unwrap().is_empty());
    assert_eq!(
        shown_together(&reader, [&globex, &tenant("acme"), &globex], client).await,
        [false, true, false]
    );
    assert!(reader.selected(&globex, &base, table(CLIENTS), None, Wanted::All).await.unwrap().is_empty());
    assert!(reader.kept(&globex, &base, &[client]).await.unwrap().is_empty());
    assert!(reader.called(&globex, &base, table(CLIENTS), &["Ada".into()]).await.unwrap().is_empty());
    assert!(reader.holding(&globex, &base, table(CLIENTS), &Map::new()).await.unwrap().is_empty());
    assert_eq!(reader.number_of(&globex, &base, table(CLIENTS), client).await.unwrap(), None);
    assert_eq!(reader.count_until(&globex, &base, table(CLIENTS), u64::MAX / 2).await.unwrap(), 0);
    running.stop().await;
}

/// Whether each of these tenants is shown a record that all of them ask for at the same time.
async fn shown_together(reader: &RecordsReader, tenants: [&TenantId; 3], record: RecordId) -> Vec<bool> {
    let base = base_key();
    let asked = tenants.map(|tenant| reader.shown_one(tenant, &base, table(CLIENTS), record));
    futures_util::future::join_all(asked).await.into_iter().map(|shown| shown.unwrap().is_some()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_record_that_is_told_later_shows_from_both_sides() {
    let log = TestLog::open().await;
    let mut firm = Firm::begin(&log, 1).await;
    let running = start(&log.log, &log.url).await;
    let reader = RecordsReader::open(&log.url, 2).unwrap();
    let batch = firm.batch(CLIENTS);
    let mut mint = batch.mint.clone();
    let (parent, child): (RecordId, RecordId) = (mint.make(), mint.make());
    let address = |record| Address { base: base_key(), table: table(CLIENTS), record };
    let field = FieldId::parse("fldParent00000000").unwrap();
    let create = |record, links| RecordCommand::Create {
        address: address(record),
        source: Source::Import,
        stamp: Stamp { at: batch.at, by: None },
        cells: BTreeMap::new(),
        links,
    };
    let link = LinkChange { field, removed: vec![], added: vec![parent] };
    for (record, links) in [(child, vec![link]), (parent, vec![])] {
        let id = key(&base_key(), record);
        let command = create(record, links);
        let plan = Plan::new().decide::<Record>(&tenant("acme"), stream_id(id.as_str()), command);
        log.executor().execute(&within(), plan).await.unwrap();
        caught_up(&log.log, &running).await;
    }
    let rows = reader.kept(&tenant("acme"), &base_key(), &[parent]).await.unwrap();
    assert_eq!(rows[0].cells["fldChildren000000"], json!([child]));
    assert_rows_equal_the_log(&log.log, &log.url).await;
    running.stop().await;
}

/// Nobody tells a record that what it links to was deleted, nor that it came again.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_links_to_a_record_that_is_deleted_links_to_it_again_when_it_comes_again() {
    let log = TestLog::open().await;
    let mut firm = Firm::begin(&log, 1).await;
    let running = start(&log.log, &log.url).await;
    let reader = RecordsReader::open(&log.url, 2).unwrap();
    let batch = firm.batch(CLIENTS);
    let mut mint = batch.mint.clone();
    let ids: [RecordId; 3] = std::array::from_fn(|_| mint.make());
    let [parent, child, leaving] = ids;
    let stamp = || Stamp { at: batch.at, by: None };
    let create_by = |field: &str, record, linked: &[RecordId]| {
        let field = FieldId::parse(field).unwrap();
        let link = LinkChange { field, removed: vec![], added: linked.to_vec() };
        let address = Address { base: base_key(), table: table(CLIENTS), record };
        let links = if linked.is_empty() { vec![] } else { vec![link] };
        RecordCommand::Create {
            address,
            source: Source::Airtable,
            stamp: stamp(),
            cells: BTreeMap::new(),
            links,
        }
    };
    let create = |record, linked: &[RecordId]| create_by("fldChildren000000", record, linked);
    let unlink = || {
        let field = FieldId::parse("fldChildren000000").unwrap();
        let links = vec![LinkChange { field, removed: vec![leaving], added: vec![] }];
        RecordCommand::Change { source: Source::Airtable, stamp: stamp(), cells: BTreeMap::new(), links }
    };
    let delete = || RecordCommand::Delete { source: Source::Airtable, stamp: stamp() };
    let children = async |told: Vec<(RecordId, RecordCommand)>, is_caught_up: bool| {
        for (record, command) in told {
            let id = key(&base_key(), record);
            let plan = Plan::new().decide::<Record>(&tenant("acme"), stream_id(id.as_str()), command);
            log.executor().execute(&within(), plan).await.unwrap();
            if is_caught_up {
                caught_up(&log.log, &running).await;
            }
        }
        caught_up(&log.log, &running).await;
        let rows = reader.kept(&tenant("acme"), &base_key(), &[parent]).await.unwrap();
        rows[0].cells.get("fldChildren000000").cloned()
    };
    let all = vec![
        (child, create(child, &[])),
        (leaving, create(leaving, &[])),
        (parent, create(parent, &[child, leaving])),
    ];
    assert_eq!(children(all, true).await, Some(json!([child, leaving])));
    assert_eq!(children(vec![(child, delete()), (leaving, delete())], true).await, None);
    let again = || vec![(parent, unlink()), (leaving, create(leaving, &[])), (child, create(child, &[]))];
    assert_eq!(children(again(), true).await, Some(json!([child])), "one was let go of meanwhile");
    let gone_and_back = vec![(child, delete()), (child, create(child, &[]))];
    assert_eq!(children(gone_and_back, false).await, Some(json!([child])));

    let other = mint.make();
    let linked_meanwhile =
        vec![(child, delete()), (other, create(other, &[child])), (child, create(child, &[]))];
    assert_eq!(children(linked_meanwhile, true).await, Some(json!([child])));
    let rows = reader.kept(&tenant("acme"), &base_key(), &[child]).await.unwrap();
    assert_eq!(rows[0].cells.get("fldParent00000000"), Some(&json!([parent, other])));

    // By a field that no other shows.
    let partner = mint.make();
    let told = vec![
        (partner, create_by("fldPartners000000", partner, &[child, leaving])),
        (child, delete()),
        (leaving, delete()),
        (child, create(child, &[])),
    ];
    children(told, true).await;
    let rows = reader.kept(&tenant("acme"), &base_key(), &[partner]).await.unwrap();
    assert_eq!(rows[0].cells.get("fldPartners000000"), Some(&json!([child])));
    assert_eq!(rows[0].edited, BTreeMap::new(), "nobody edited it");
    assert_rows_equal_the_log(&log.log, &log.url).await;
    running.stop().await;
}
