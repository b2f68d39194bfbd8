//! `airtide base load`: what a seed holds is here under its ids, whole, once, and nothing of what came after is touched.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use cqrs_es::Aggregate;
use domain::bases::base::BaseEvent;
use domain::bases::ids::RecordId;
use domain::bases::record::{RecordCommand, RecordEvent, Retelling, Source, key};
use domain::bases::table::{Stamp, Tables};
use domain::bases::{Base, BaseKey, Record};
use domain::identity::WorkspaceId;
use domain::operations::operation::{Act, Outcome};
use domain::operations::{Operation, OperationId};
use eventstore::event::{Recorded, StreamId};
use eventstore::execute::Plan;
use eventstore::operations::Operations;
use eventstore::payload;
use eventstore::read::Filter;
use jiff::Timestamp;
use sandbox::airtable::seed::{self, Seed, SeedRecord};
use serde_json::Value;
use support::bases::workspace;
use support::seeds::{command, load, try_load};
use support::team::Team;
use support::wait;
use tempfile::TempDir;

const WRITTEN_WITHIN: Duration = Duration::from_secs(30);

struct House {
    team: Team,
    workspace: String,
    folder: TempDir,
}

/// A shipyard with all that a record of a seed may say: who made it, when it was edited, links from both sides.
fn demo() -> Seed {
    let mut seed = seed::demo(false).expect("the demo");
    let tables = &mut seed.bases[0].tables;
    let by = Some(seed.people[0].id);
    for (place, record) in tables[1].records.iter_mut().enumerate() {
        let made = Timestamp::from_second(1_700_000_000 + place as i64).expect("a time");
        (record.created_time, record.created_by) = (Some(made), by);
    }
    let hours = tables[1].table.field_called("Hours").expect("a field").id;
    let edited = tables[1].records.iter_mut().filter(|record| record.fields.contains_key("Hours"));
    for record in edited.take(20) {
        let at = Timestamp::from_second(1_750_000_000).expect("a time");
        record.edited.insert(
            hours,
            serde_json::from_value(serde_json::json!({ "at": at, "by": by })).expect("an edit"),
        );
    }
    seed
}

fn tables(seed: &Seed) -> Tables {
    let mut base = seed.bases[0].clone();
    seed::taken_out(&mut base).expect("files");
    seed::tables(&base, &seed.collaborators(), Timestamp::UNIX_EPOCH).expect("a sound seed")
}

impl House {
    async fn open() -> Self {
        let team = Team::gather().await;
        let workspace = workspace(&team.api, &team.owner);
        Self { team, workspace, folder: tempfile::tempdir().expect("a folder") }
    }

    fn file(&self, seed: &Seed) -> PathBuf {
        let file = self.folder.path().join("seed.json");
        std::fs::write(&file, serde_json::to_string(seed).expect("JSON")).expect("it is written");
        file
    }

    fn load(&self, seed: &Seed) -> Value {
        load(&self.team.api, &self.file(seed), &self.workspace)
    }

    /// Everything that happened in the workspace, in order.
    async fn events(&self) -> Vec<Recorded> {
        let scope = WorkspaceId::new(self.workspace.as_str()).expect("an id");
        let filter =
            Filter { tenant: Some(self.team.tenant.clone()), scope: Some(scope), ..Filter::default() };
        let (mut events, mut after) = (Vec::new(), 0);
        loop {
            let page = self.team.log.log.reader().range(after, &filter, 1_000).await.expect("events");
            events.extend(page.events);
            after = page.up_to;
            if page.at_head {
                return events;
            }
        }
    }

    async fn records(&self) -> usize {
        let events = self.events().await;
        events.iter().filter(|event| &*event.stream.aggregate == Record::TYPE).count()
    }

    /// The tables that the log tells of.
    async fn retold(&self, seed: &Seed) -> Tables {
        let mut retelling = Retelling::of(tables(seed).base().clone(), seed.collaborators());
        let reader = self.team.log.log.reader();
        for event in self.events().await {
            if &*event.stream.aggregate == Record::TYPE {
                retelling
                    .record(&payload::read::<RecordEvent>(reader.sealer(), &event).await.expect("an event"));
            }
        }
        retelling.into_tables()
    }
}

/// The first difference is told, not all of the tables.
fn assert_same(found: &Tables, expected: &Tables) {
    assert_eq!(found.base(), expected.base());
    for table in &expected.base().tables {
        let records = |tables: &Tables| tables.records(table.id).cloned().collect::<Vec<_>>();
        assert_eq!(records(found).len(), records(expected).len(), "{}", table.name);
        for (found_record, record) in records(found).iter().zip(&records(expected)) {
            assert_eq!(found_record, record, "{}", table.name);
            for field in &table.fields {
                let linked = |tables: &Tables| tables.linked(field.id, record.id);
                assert_eq!(linked(found), linked(expected), "{} of {}", field.name, record.id);
            }
        }
    }
    assert!(found == expected, "what no field shows differs");
}

fn count(told: &Value, field: &str) -> u64 {
    told["bases"][0][field].as_u64().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seed_is_a_local_base_with_its_ids_its_records_and_their_history() {
    let house = House::open().await;
    let seed = demo();
    let told = house.load(&seed);
    let expected = tables(&seed);
    assert_eq!(told["bases"][0]["airtable_id"], "appHarbour0000000");
    let records: usize = seed.bases[0].tables.iter().map(|table| table.records.len()).sum();
    assert_eq!((count(&told, "records"), count(&told, "written")), (records as u64, records as u64 + 20));
    assert_same(&house.retold(&seed).await, &expected);
    let events = house.events().await;
    let first = events.iter().find(|event| &*event.stream.aggregate == Base::TYPE).expect("a base");
    let created =
        payload::read::<BaseEvent>(house.team.log.log.reader().sealer(), first).await.expect("an event");
    let BaseEvent::Created { tables, .. } = created else { panic!("{created:?}") };
    assert_eq!(tables, expected.base().tables);
    let path = format!("/v1/bases/{}", told["bases"][0]["id"].as_str().expect("an id"));
    let shown = house.team.api.get(&path).by(&house.team.owner).send().expect(200);
    assert_eq!((shown.text("/origin"), shown.text("/name")), ("local".into(), "Harbour Works".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn loading_again_changes_nothing_not_even_what_was_edited_since() {
    let house = House::open().await;
    let seed = demo();
    let told = house.load(&seed);
    let base = BaseKey::new(told["bases"][0]["id"].as_str().expect("an id")).expect("a key");
    let records = &seed.bases[0].tables[0].records;
    let at = |record: RecordId| StreamId::new(key(&base, record).as_str()).expect("an id");
    let stamp = Stamp { at: Timestamp::UNIX_EPOCH, by: None };
    let delete = RecordCommand::Delete { source: Source::Api, stamp };
    let plan = Plan::new().decide::<Record>(&house.team.tenant, at(records[0].id), delete);
    house.team.carry_out(plan).await;
    let before = house.events().await;
    let again = house.load(&seed);
    assert_eq!((count(&again, "written"), &again["bases"][0]["id"]), (0, &told["bases"][0]["id"]));
    assert_eq!(house.events().await, before);
}

/// So much that it takes a while.
fn large() -> Seed {
    let mut seed = demo();
    let tasks = &mut seed.bases[0].tables[1].records;
    let copies = (0..5_000).map(|number| {
        let original = &tasks[number % tasks.len()];
        let (id, fields) = (format!("recCopy{number:010}"), original.fields.clone());
        SeedRecord { id: RecordId::parse(&id).expect("an id"), fields, ..original.clone() }
    });
    let copies: Vec<_> = copies.collect();
    tasks.extend(copies);
    seed
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cut_short_is_completed() {
    let house = House::open().await;
    let seed = large();
    let mut loading = command(&house.team.api, &house.file(&seed), &house.workspace);
    let mut loading = loading.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("airtide starts");
    wait::until_true("some records are in the log", WRITTEN_WITHIN, async || house.records().await > 0).await;
    loading.kill().expect("it is killed");
    loading.wait().expect("it has ended");
    let first = house.records().await as u64;
    let second = house.load(&seed);
    let all = count(&second, "written") + count(&second, "known");
    assert!(first < all, "it had ended before it was killed");
    assert_eq!(count(&second, "known"), first);
    assert_same(&house.retold(&seed).await, &tables(&seed));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_loaded_is_named_and_nothing_is_written() {
    let house = House::open().await;
    let seed = demo();
    let other = workspace(&house.team.api, &house.team.owner);
    let refused = |seed: &Seed, workspace: &str, code: i32, why: &str| {
        let output = try_load(&house.team.api, &house.file(seed), workspace);
        let talk = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(code) && talk.contains(why), "{:?}: {talk}", output.status);
    };
    let mut mistaken = seed.clone();
    mistaken.bases[0].tables[0].records[0].fields.insert("Nme".into(), "Acme".into());
    refused(&mistaken, &house.workspace, 1, "Nme");
    refused(&seed, "wsp_nowhere", 3, "wsp_nowhere");
    assert!(house.events().await.iter().all(|event| &*event.stream.aggregate != Base::TYPE));
    house.load(&seed);
    refused(&seed, &other, 4, "appHarbour0000000");
    let mut changed = seed.clone();
    changed.bases[0].tables[0].table.name = "Ships".into();
    let before = house.events().await;
    refused(&changed, &house.workspace, 4, "other tables");
    assert_eq!(house.events().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ids_of_a_seed_are_free_in_every_tenant_and_an_operation_is_written_down() {
    let (here, there) = (House::open().await, House::open().await);
    let told = [here.load(&demo()), there.load(&demo())];
    assert_ne!(told[0]["bases"][0]["id"], told[1]["bases"][0]["id"]);
    let operations = Operations::by(here.team.log.executor(), "operator:test");
    let id = OperationId::new(told[0]["operation"].as_str().expect("an id")).expect("an id");
    let operation: Operation = operations.state(&id).await.expect("its state");
    assert_eq!(operation.begun().map(|begun| begun.act), Some(Act::LoadBase));
    let ended = operation.ended().expect("it has ended");
    assert_eq!((ended.outcome, ended.count), (Outcome::Done, count(&told[0], "written")));
}
