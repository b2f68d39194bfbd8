//! Whatever people do in Airtable and whatever goes wrong meanwhile: once it goes well again, what is there is here, and no change was
//! recorded twice. Rounds side by side, each of a seed: a stand-in, processes, a broker, and bases that go through the same faults.
//! `AIRTIDE_MIRROR_SEEDS` draws more bases, `AIRTIDE_MIRROR_SEED` repeats the round of one seed.

mod doubles;
pub mod faults;
mod people;

use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use domain::bases::BaseKey;
use domain::identity::TenantId;
use nix::sys::signal::Signal;
use projections::bases::records::RecordsReader;
use serde_json::{Value, json};
use server::dev::nats::PrivateNats;
use support::api::{Node, Person, TestApi, call};
use support::bases::workspace;
use support::random::Random;
use support::stand_in::StandIn;
use support::{broker, processes, wait};

use super::mirror::{connect, seed as file};
use super::mirrored::Mirrored;
use faults::Fault;
use people::People;

/// Bases in every test run: `AIRTIDE_MIRROR_SEEDS` says another number.
const BASES: u64 = 52;
const BASES_OF_A_ROUND: u64 = 26;
const ROUNDS_AT_ONCE: usize = 4;
/// Records of a table, mostly and now and then: two pages of a list take their time.
const TASKS: [usize; 2] = [20, 110];
/// The machine may be busy with other tests, and a 429 alone takes half a minute.
const PATIENCE: Duration = Duration::from_secs(150);

struct Round {
    seed: u64,
    random: Random,
    airtable: StandIn,
    nats: PrivateNats,
    api: TestApi,
    workers: Option<Node>,
    ana: Person,
    bases: Vec<(Mirrored, People)>,
}

impl Round {
    async fn begin(seed: u64) -> Self {
        eprintln!("mirror: seed {seed}");
        let mut random = Random::seeded(seed).branch("mirror");
        let airtable = stand_in(TASKS[usize::from(random.once_in(4))]);
        let nats = broker::start();
        let variables = variables(&airtable, &nats);
        let api = TestApi::start_roles("api,projections,relay", &borrowed(&variables)).await;
        let ana = api.person();
        let mut round = Self { seed, random, airtable, nats, api, workers: None, ana, bases: Vec::new() };
        // What happened before anybody ever worked is nobody's work.
        round.start_workers();
        round.connect();
        round
    }

    /// Copies of one base, each with ids of its own.
    fn connect(&mut self) {
        let (url, token) = (self.url().to_owned(), self.airtable.text("token").to_owned());
        let connection = connect(&self.api, &self.ana, &token);
        let orders = workspace(&self.api, &self.ana);
        let reader = Arc::new(RecordsReader::open(&self.api.database_url, 2).expect("a pool"));
        for number in 0..BASES_OF_A_ROUND {
            let copy = format!("/_sim/bases/{}/copy", self.airtable.text("base_id"));
            let copied = call(&url, "POST", &copy).json(json!({ "name": format!("Yard {number}") })).send();
            let airtable_id = copied.expect(200).text("/base_id");
            let body = json!({ "connection": connection, "airtable_id": airtable_id });
            let place = format!("/v1/workspaces/{orders}/bases/connect");
            let made = self.api.post(&place, body).by(&self.ana).send().expect(201);
            let people = People::of(&url, &airtable_id, self.random.branch(&format!("base {number}")));
            let mirrored = Mirrored {
                url: url.clone(),
                token: token.clone(),
                airtable_id,
                reader: Arc::clone(&reader),
                tenant: TenantId::new(self.ana.tenant.as_str()).expect("a tenant id"),
                base: BaseKey::new(made.text("/id")).expect("an id"),
            };
            self.bases.push((mirrored, people));
        }
    }

    fn url(&self) -> &str {
        self.airtable.text("airtable_url")
    }

    fn start_workers(&mut self) {
        let mut variables = variables(&self.airtable, &self.nats);
        variables.push(("AIRTIDE__AIRTABLE__NOTIFY_ROOT", self.api.url.clone()));
        self.workers = Some(self.api.another_with("workers", &borrowed(&variables)));
    }

    fn kill_workers(&mut self) {
        let killed = self.workers.take().expect("workers");
        processes::send(killed.pid(), Signal::SIGKILL);
    }

    fn act(&mut self, times: u32) {
        for _ in 0..times {
            self.bases.iter_mut().for_each(|(_, people)| people.act());
        }
    }

    fn sync(&self, base: &BaseKey) -> Value {
        self.api.get(&format!("/v1/bases/{base}/sync")).by(&self.ana).send().expect(200).json()
    }

    /// Whether so many bases have records, or all of them.
    async fn some_came_in(&self) {
        wait::until_true(&format!("seed {}: something came in", self.seed), PATIENCE, async || {
            let read = |(mirrored, _): &(Mirrored, People)| {
                let sync = self.sync(&mirrored.base);
                people::list(&sync["tables"]).iter().any(|table| table["records"].as_u64() > Some(0))
            };
            self.bases.iter().any(read)
        })
        .await;
    }

    /// How often a base came further, all bases together.
    fn steps(&self) -> i64 {
        self.bases.iter().filter_map(|(mirrored, _)| self.sync(&mirrored.base)["version"].as_i64()).sum()
    }

    async fn all_are_live(&self) {
        for (mirrored, _) in &self.bases {
            let what = format!("seed {}: {} is live", self.seed, mirrored.base);
            wait::until_true(&what, PATIENCE, async || self.sync(&mirrored.base)["status"] == "live").await;
        }
    }

    /// The workers die while some bases are read, others not yet.
    async fn import(&mut self) {
        let (url, mut random) = (self.url().to_owned(), self.random.branch("knobs"));
        faults::turn_knobs(&url, &mut random, false);
        self.act(1);
        self.some_came_in().await;
        self.kill_workers();
        self.act(1);
        self.start_workers();
        self.all_are_live().await;
    }

    fn suffer(&mut self, fault: Fault) {
        match fault {
            Fault::KilledWorkers => {
                self.kill_workers();
                self.act(1);
                self.start_workers();
            }
            Fault::KilledBroker => {
                self.nats.kill();
                self.act(1);
                self.nats.start_again().expect("NATS starts again");
            }
            Fault::DeletedHooks => {
                let url = self.url();
                for (mirrored, _) in self.bases.iter().step_by(3) {
                    faults::delete_hooks(url, &mirrored.token, &mirrored.airtable_id);
                }
            }
            Fault::DeadHooks => {
                for (mirrored, _) in self.bases.iter().skip(1).step_by(3) {
                    faults::kill_hooks(self.url(), &mirrored.airtable_id);
                }
            }
            Fault::ForgottenHooks => faults::forget_hooks(self.url()),
            Fault::LostCursors => {
                self.kill_workers();
                self.act(1);
                let ids: Vec<_> = self.bases.iter().map(|(base, _)| base.airtable_id.clone()).collect();
                faults::forget_payloads(self.url(), self.airtable.text("token"), &ids);
                self.start_workers();
            }
        }
    }

    async fn live(&mut self) {
        let mut random = self.random.branch("faults");
        for (number, fault) in faults::order(&mut random).into_iter().enumerate() {
            faults::turn_knobs(self.url(), &mut random, number == 0);
            self.act(2);
            self.suffer(fault);
            let before = self.steps();
            self.act(1);
            // Somebody is at it when the next fault comes.
            let what = format!("seed {}: something is done after {fault:?}", self.seed);
            wait::until_true(&what, PATIENCE, async || self.steps() > before).await;
        }
    }

    async fn heals(&self) {
        faults::turn_back(self.url());
        for (mirrored, people) in &self.bases {
            assert!(people.done > people.refused, "seed {}: {} done", self.seed, people.done);
            let about = || format!("seed {}, {}: {}", self.seed, mirrored.base, self.sync(&mirrored.base));
            mirrored.becomes_equal(PATIENCE, about).await;
            let sync = self.sync(&mirrored.base);
            assert_eq!(sync["left_out"], json!([]), "seed {}", self.seed);
        }
        let events = doubles::events(&self.api, &self.ana);
        let doubles = doubles::doubles(&events);
        assert!(doubles.is_empty(), "seed {}: {doubles:#?}", self.seed);
        assert!(events.iter().any(|event| event["type"] == "record.changed"), "seed {}", self.seed);
    }
}

/// Knobs and faults are common to all bases of a stand-in, so it holds one small base that is copied.
fn stand_in(many: usize) -> StandIn {
    let mut seed: Value = serde_json::from_slice(&std::fs::read(file()).expect("the seed")).expect("JSON");
    let tables = seed["bases"][0]["tables"].as_array_mut().expect("tables");
    let tasks = tables.iter_mut().find(|table| table["name"] == "Tasks").expect("the table");
    tasks["records"].as_array_mut().expect("records").truncate(many);
    let kept = tasks["records"].clone();
    let is_kept = |id: &Value| people::list(&kept).iter().any(|record| record["id"] == *id);
    let projects = tables.iter_mut().find(|table| table["name"] == "Projects").expect("the table");
    for project in projects["records"].as_array_mut().expect("records") {
        if let Some(tasks) = project["fields"].get_mut("Tasks").and_then(Value::as_array_mut) {
            tasks.retain(is_kept);
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("seed.json");
    std::fs::write(&file, seed.to_string()).expect("a file");
    StandIn::holding(Path::new(&file))
}

fn variables(airtable: &StandIn, nats: &PrivateNats) -> Vec<(&'static str, String)> {
    vec![
        ("AIRTIDE__AIRTABLE__ROOT", airtable.text("airtable_url").to_owned()),
        ("AIRTIDE__AIRTABLE__REQUESTS_PER_MINUTE", "1000000".to_owned()),
        ("AIRTIDE__AIRTABLE__POLL_MS", "2000".to_owned()),
        ("NATS_URL", nats.url()),
    ]
}

fn borrowed<'a>(variables: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    variables.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

fn number_of(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}

fn seeds() -> Vec<u64> {
    if let Some(seed) = number_of("AIRTIDE_MIRROR_SEED") {
        return vec![seed];
    }
    let rounds = number_of("AIRTIDE_MIRROR_SEEDS").unwrap_or(BASES).div_ceil(BASES_OF_A_ROUND);
    let mut random = Random::seeded(uuid::Uuid::new_v4().as_u64_pair().0);
    // Short enough to be typed again.
    (0..rounds).map(|_| random.below(1 << 32)).collect()
}

/// On a thread of its own: what people do blocks it.
fn pass(seed: u64) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let mut round = Round::begin(seed).await;
        round.import().await;
        round.live().await;
        round.heals().await;
    });
}

fn spawned(seed: u64) -> JoinHandle<()> {
    thread::spawn(move || pass(seed))
}

#[test]
fn what_is_there_is_here_once_whatever_went_wrong() {
    for some in seeds().chunks(ROUNDS_AT_ONCE) {
        let rounds: Vec<_> = some.iter().map(|seed| spawned(*seed)).collect();
        let failed = |(round, seed): (JoinHandle<()>, &u64)| round.join().is_err().then_some(*seed);
        let failed: Vec<_> = rounds.into_iter().zip(some).filter_map(failed).collect();
        assert!(failed.is_empty(), "AIRTIDE_MIRROR_SEED=… repeats one of these rounds: {failed:?}");
    }
}
