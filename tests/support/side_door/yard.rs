//! The tenant behind the door: the people of the seed as its members, the seed's base and the copies of it, and the keys that stand
//! for the tokens of the suites. What the seed calls a person is put in place of what Airtide does, and the other way round: both are
//! as long.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use api::bases::load::{Loader, Place};
use api::identity::kept::KeptTables;
use domain::bases::ids::Mint;
use domain::bases::{BaseKey, airtable_id_of};
use domain::identity::{Role, TenantId, UserId, WorkspaceId};
use eventstore::event::Recorded;
use eventstore::read::Filter;
use jiff::Timestamp;
use sandbox::airtable::seed::{self, Seed, SeedBase};
use serde_json::{Value, json};
use uuid::Uuid;

use super::journal;
use crate::api::{PASSWORD, Person, TestApi};
use crate::log::TestLog;
use crate::stand_in::StandIn;
use crate::team::Team;
use crate::{connected, database, projections};

const EGRESS: (&str, &str) = ("AIRTIDE__EGRESS__ALLOW", "127.0.0.1/32");
/// Who else may do what the seed says they may: nobody here may comment and not edit, so whoever may is a viewer.
const MEMBERS: [(&str, Role, bool); 4] = [
    ("usrBen00000000000", Role::Editor, true),
    ("usrKim00000000000", Role::Viewer, true),
    ("usrEva00000000000", Role::Viewer, true),
    ("usrOtto0000000000", Role::Editor, false),
];
const OWNER: &str = "usrAna00000000000";
const READ_WITHIN: Duration = Duration::from_secs(20);

pub struct Yard {
    team: Team,
    /// Where the base is kept, unless it is kept here.
    airtable: Option<StandIn>,
    kept: KeptTables,
    workspace: WorkspaceId,
    seed: Seed,
    token: String,
    /// By what the seed calls them.
    people: HashMap<&'static str, Person>,
    keys: Mutex<HashMap<String, Key>>,
    bases: Mutex<HashMap<String, Loaded>>,
    /// A copy that was given back as it had been given out.
    untouched: Mutex<Option<String>>,
}

/// A key as it is shown, and its id where it can be revoked.
#[derive(Clone)]
struct Key {
    shown: String,
    id: Option<String>,
}

#[derive(Clone)]
struct Loaded {
    base: BaseKey,
    position: i64,
}

impl Yard {
    pub async fn open(seed: &Path, airtable: Option<StandIn>) -> Self {
        let seed: Seed = seed::parse(&std::fs::read(seed).expect("the seed is there")).expect("a seed");
        let of_airtable = airtable.as_ref().map(connected::variables);
        let variables: Vec<_> = of_airtable.into_iter().flatten().chain([EGRESS]).collect();
        let api = Arc::new(TestApi::start_with(&variables).await);
        let owner = registered(&api, &seed, OWNER);
        let log = TestLog::open_with(&api.database_url, api.keys.path()).await;
        let tenant = TenantId::new(owner.tenant.as_str()).expect("a tenant id");
        let team = Team { api, log, owner: owner.clone(), tenant };
        let workspace = WorkspaceId::new(team.workspace("Yard")).expect("a workspace id");
        let mut people = HashMap::from([(OWNER, owner)]);
        for (called, role, is_in) in MEMBERS {
            let person = registered(&team.api, &seed, called);
            let open = is_in.then(|| workspace.clone()).into_iter().collect();
            people.insert(called, joined(&team, person, role, open).await);
        }
        let kept = KeptTables::open(&team.log.url).expect("a database");
        let (keys, bases, untouched) = Default::default();
        let token = String::new();
        let mut yard = Self { team, airtable, kept, workspace, seed, token, people, keys, bases, untouched };
        yard.token = yard.key(&json!({ "user": OWNER })).shown;
        match &yard.airtable {
            None => yard.load(&yard.seed.bases[0]).await,
            Some(airtable) => yard.connect(airtable).await,
        }
        yard
    }

    pub fn address(&self) -> &str {
        self.team.api.url.strip_prefix("http://").expect("a plain http address")
    }

    pub fn seeded(&self) -> &str {
        self.seed.bases[0].id.as_str()
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    async fn connect(&self, airtable: &StandIn) {
        let Team { api, owner, .. } = &self.team;
        let base = connected::base(api, owner, self.workspace.as_str(), airtable).await;
        let base = BaseKey::new(base).expect("the key of a base");
        lock(&self.bases).insert(self.seeded().to_owned(), Loaded { base, position: 0 });
        *lock(&self.untouched) = Some(self.seeded().to_owned());
    }

    /// Whatever happened to a base until now is forgotten.
    async fn begin_anew(&self, base: &str) {
        let position = self.team.log.log.reader().head().await.expect("the log can be read");
        lock(&self.bases).entry(base.to_owned()).and_modify(|loaded| loaded.position = position);
    }

    /// Another base that is the same, with ids of its own; what Airtable's clients call it.
    pub async fn copy(&self) -> String {
        let untouched = lock(&self.untouched).take();
        if let Some(base) = untouched {
            self.begin_anew(&base).await;
            return base;
        }
        assert!(self.airtable.is_none(), "nobody changes a connected base, and one test runs at a time");
        let mut mint = Mint::new(Uuid::new_v4());
        let copy = seed::copied(&self.seed.bases[0], &mut mint).expect("a copy");
        self.load(&copy).await;
        copy.id.to_string()
    }

    /// Ready to be read.
    async fn load(&self, base: &SeedBase) {
        let written = serde_json::to_vec(&(&self.seed.people, base)).expect("JSON");
        let (people, base): (Vec<_>, SeedBase) =
            serde_json::from_slice(&self.called_here(&written)).expect("the same seed");
        let people = Seed { people, ..Seed::default() }.collaborators();
        let tables = seed::tables(&base, &people, Timestamp::now()).expect("a sound seed");
        let log = &self.team.log;
        let (executor, reader) = (log.executor(), log.log.reader());
        let actor = self.team.owner.user.as_str();
        let loader =
            Loader { executor: &executor, reader: &reader, kept: &self.kept, actor, correlation: None };
        let place = Place { tenant: self.team.tenant.clone(), workspace: self.workspace.clone() };
        let loaded = loader.load(&place, &tables).await.expect("it is loaded");
        let loaded = Loaded { base: loaded.base, position: loaded.position.expect("something was written") };
        self.read_up_to(loaded.position).await;
        lock(&self.bases).insert(base.id.to_string(), loaded);
    }

    async fn read_up_to(&self, position: i64) {
        let mut admin = database::superuser(&self.team.log.url).await;
        for name in ["bases", "records"] {
            let deadline = std::time::Instant::now() + READ_WITHIN;
            while projections::position_of(&mut admin, name).await < position {
                assert!(std::time::Instant::now() < deadline, "{name} is not at {position}");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }

    /// One in which nothing happened is given out again, and so is one that nobody here can write to.
    pub async fn delete(&self, base: &str) -> Value {
        let loaded = lock(&self.bases).get(base).cloned();
        let key = match loaded {
            Some(loaded) if self.airtable.is_none() && self.is_touched(&loaded).await => {
                lock(&self.bases).remove(base);
                loaded.base.to_string()
            }
            Some(_) => {
                *lock(&self.untouched) = Some(base.to_owned());
                return json!({});
            }
            None => self.own_id(base),
        };
        let delete = self.team.api.call("DELETE", &format!("/v1/bases/{key}")).by(&self.team.owner);
        delete.header("if-match", "*").send().expect(204);
        json!({})
    }

    /// One test runs at a time, so whatever happened to bases happened to the one that it has.
    async fn is_touched(&self, loaded: &Loaded) -> bool {
        let is_of_bases = |kind: &str| ["base.", "record.", "comment."].iter().any(|of| kind.starts_with(of));
        self.since(loaded.position).await.iter().any(|event| is_of_bases(&event.event_type))
    }

    /// Of a base that was made through the API.
    fn own_id(&self, base: &str) -> String {
        let listed =
            self.team.api.get("/v1/bases?limit=200").by(&self.team.owner).send().expect(200).at("/data");
        let of_it = listed.as_array().expect("a list").iter().find(|row| row["airtable_id"] == base);
        of_it.expect("it is listed")["id"].as_str().expect("an id").to_owned()
    }

    pub fn give(&self, wanted: &Value) -> Value {
        let key = self.key(wanted);
        lock(&self.keys).insert(wanted["token"].as_str().expect("a token").to_owned(), key);
        json!({})
    }

    pub fn take_back(&self, wanted: &Value) -> Value {
        let token = wanted["token"].as_str().expect("a token");
        let id =
            lock(&self.keys).get(token).and_then(|key| key.id.clone()).expect("a key that can be revoked");
        self.team.api.call("DELETE", &format!("/v1/api-keys/{id}")).by(&self.team.owner).send().expect(204);
        json!({})
    }

    /// A token that is none stays what it is.
    pub fn key_of(&self, token: &str) -> String {
        lock(&self.keys).get(token).map_or_else(|| token.to_owned(), |key| key.shown.clone())
    }

    /// A key with no more than what is wanted. Viewers have none: they are signed in.
    fn key(&self, wanted: &Value) -> Key {
        let called = wanted["user"].as_str().expect("a user");
        let person = &self.people[called];
        if MEMBERS.iter().any(|(member, role, _)| *member == called && *role == Role::Viewer) {
            return Key { shown: person.token.clone(), id: None };
        }
        let mut body = json!({ "name": "A suite", "scopes": scopes(&wanted["scopes"]) });
        if let Some(bases) = wanted["bases"].as_array() {
            body["bases"] =
                bases.iter().map(|base| (base.as_str().expect("an id").to_owned(), Value::Null)).collect();
        }
        let made = self.team.api.post("/v1/api-keys", body).by(person).send().expect(201);
        Key { shown: made.text("/key"), id: Some(made.text("/id")) }
    }

    /// What happened to a base since it was loaded.
    pub async fn effects(&self, base: &str) -> Vec<Value> {
        let Some(Loaded { base, position }) = lock(&self.bases).get(base).cloned() else { return Vec::new() };
        let (mut effects, reader) = (Vec::new(), self.team.log.log.reader());
        for event in self.since(position).await {
            effects.extend(journal::effects(reader.sealer(), &base, &event).await);
        }
        effects
    }

    /// What happened in the tenant.
    async fn since(&self, position: i64) -> Vec<Recorded> {
        let filter = Filter { tenant: Some(self.team.tenant.clone()), ..Filter::default() };
        let (mut events, mut after, reader) = (Vec::new(), position, self.team.log.log.reader());
        loop {
            let page = reader.range(after, &filter, 1_000).await.expect("events");
            events.extend(page.events);
            after = page.up_to;
            if page.at_head {
                return events;
            }
        }
    }

    pub fn called_here(&self, text: &[u8]) -> Vec<u8> {
        let people = self.people.iter().map(|(called, person)| (called.to_string(), id_here(person)));
        replaced(text, &people.collect())
    }

    pub fn called_there(&self, text: &[u8]) -> Vec<u8> {
        let people = self.people.iter().map(|(called, person)| (id_here(person), called.to_string()));
        replaced(text, &people.collect())
    }
}

/// In the words of Airtide's keys.
fn scopes(wanted: &Value) -> BTreeSet<&'static str> {
    let Some(wanted) = wanted.as_array() else { return BTreeSet::from(["bases:read", "bases:write"]) };
    let wanted = wanted.iter().filter_map(Value::as_str);
    wanted.map(|scope| if scope.ends_with(":write") { "bases:write" } else { "bases:read" }).collect()
}

fn registered(api: &TestApi, seed: &Seed, called: &str) -> Person {
    let known = seed.people.iter().find(|person| person.id.as_str() == called).expect("a person of the seed");
    let (email, username) = (known.email.clone(), known.name.to_lowercase());
    let body = json!({ "email": email, "name": known.name, "username": username, "password": PASSWORD });
    let user = api.post("/auth/register", body).send().expect(201).text("/id");
    let signed_in = api.sign_in(&email);
    let (token, tenant) = (signed_in.text("/access_token"), signed_in.text("/tenant"));
    Person { user, tenant, email, username, token }
}

async fn joined(team: &Team, person: Person, role: Role, open: BTreeSet<WorkspaceId>) -> Person {
    let user = UserId::new(person.user.as_str()).expect("a user id");
    let add = api::identity::members::add(&team.tenant, &user, role, open);
    team.carry_out(add.expect("ids")).await;
    let body = json!({ "email": person.email, "password": PASSWORD, "tenant": team.owner.tenant });
    let token = team.api.post("/auth/login", body).send().expect(200).text("/access_token");
    Person { tenant: team.owner.tenant.clone(), token, ..person }
}

fn id_here(person: &Person) -> String {
    airtable_id_of(&UserId::new(person.user.as_str()).expect("a user id")).to_string()
}

fn replaced(text: &[u8], others: &HashMap<String, String>) -> Vec<u8> {
    const LENGTH: usize = "usrAna00000000000".len();
    let mut replaced = text.to_vec();
    for at in 0..text.len().saturating_sub(LENGTH - 1) {
        if !text[at..].starts_with(b"usr") {
            continue;
        }
        let found = std::str::from_utf8(&text[at..at + LENGTH]).ok().and_then(|id| others.get(id));
        if let Some(other) = found {
            replaced[at..at + LENGTH].copy_from_slice(other.as_bytes());
        }
    }
    replaced
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
