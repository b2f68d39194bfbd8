//! `/v1/tenant/quotas` and `/v1/ops/tenants/{tenant}/quotas`: what a tenant may have and do, set by operators, kept by the log.

use std::thread;
use std::time::Duration;

use domain::identity::Role;
use serde_json::{Value, json};
use support::api::{Answer, Person, TestApi, call};
use support::operator::Operator;
use support::team::Team;
use support::{mailbox, wait};

const INVITATION: &str = "An invitation";
/// What is promised of events, on every node.
const ENFORCED_WITHIN: Duration = Duration::from_secs(60);

/// Of one tenant.
struct Quotas<'a> {
    team: &'a Team,
    operator: Operator<'a>,
}

impl<'a> Quotas<'a> {
    fn of(team: &'a Team) -> Self {
        Self { team, operator: Operator::of(&team.api) }
    }

    fn put(&self, quota: &str, body: Value) -> Answer {
        let path = format!("/v1/ops/tenants/{}/quotas/{quota}", self.team.tenant);
        self.team.api.call("PUT", &path).bearer(&self.operator.token).json(body).send()
    }

    fn set(&self, quota: &str, limit: impl Into<Value>) -> Answer {
        self.put(quota, json!({ "limit": limit.into(), "reason": "their plan" })).expect(204)
    }

    /// Limit and use, as members of the tenant see them.
    fn seen(&self, place: usize, by: &Person) -> (Value, u64) {
        let quotas = self.team.api.get("/v1/tenant/quotas").by(by).send().expect(200);
        let used = quotas.at(&format!("/data/{place}/used"));
        (quotas.at(&format!("/data/{place}/limit")), used.as_u64().expect("a number"))
    }

    fn members(&self) -> (Value, u64) {
        self.seen(0, &self.team.owner)
    }
}

fn invite(team: &Team, whom: &Person) -> Answer {
    let body = json!({ "email": whom.email, "role": "viewer" });
    team.api.post("/v1/invitations", body).by(&team.owner).send()
}

fn accept(api: &TestApi, by: &Person, token: &str) -> Answer {
    api.post("/auth/invitations/accept", json!({ "token": token })).by(by).send()
}

fn robot(team: &Team) -> Answer {
    team.api.post("/v1/service-accounts", json!({ "name": "Robot", "role": "viewer" })).by(&team.owner).send()
}

/// Which quota a refusal speaks of, its limit, and how much is used.
fn told(refused: &Answer) -> Value {
    json!([
        refused.at("/code"),
        refused.at("/quota/quota"),
        refused.at("/quota/limit"),
        refused.at("/quota/used")
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn members_come_while_there_is_room_and_of_two_at_once_at_the_last_place_one() {
    let team = Team::gather().await;
    let (api, quotas) = (&team.api, Quotas::of(&team));
    let leaving = team.member(Role::Viewer, &[]).await;
    assert_eq!(quotas.members(), (Value::Null, 2), "without a limit they are counted all the same");
    quotas.set("members", 4);
    robot(&team).expect(201);
    assert_eq!(quotas.members(), (json!(4), 3));

    let people = [api.person(), api.person()];
    let tokens = people.each_ref().map(|person| {
        invite(&team, person).expect(201);
        mailbox::token(api, &person.email, INVITATION, 1)
    });
    let answers = thread::scope(|scope| {
        let tries = [0, 1].map(|at| {
            scope.spawn({
                let (person, token) = (&people[at], &tokens[at]);
                move || accept(api, person, token)
            })
        });
        tries.map(|each| each.join().expect("an answer"))
    });
    let late = usize::from(answers[0].status == 200);
    assert_eq!(answers[1 - late].status, 200, "{}", answers[1 - late].body);
    let full = json!(["over_quota", "members", 4, 4]);
    assert_eq!((answers[late].status, told(&answers[late])), (409, full.clone()));
    assert_eq!(quotas.members(), (json!(4), 4));

    // Nobody else comes in, in any way.
    assert_eq!(told(&robot(&team).expect(409)), full);
    assert_eq!(told(&invite(&team, &api.person()).expect(409)), full);

    // A lower limit takes nobody away, and whoever leaves makes no room before it is reached.
    quotas.set("members", 2);
    assert_eq!(quotas.members(), (json!(2), 4));
    let of_leaving = format!("/v1/members/{}", leaving.user);
    api.call("DELETE", &of_leaving).by(&team.owner).send().expect(204);
    api.call("DELETE", &of_leaving).by(&team.owner).send();
    assert_eq!(quotas.members(), (json!(2), 3), "whoever goes is counted once");
    let refused = accept(api, &people[late], &tokens[late]).expect(409);
    assert_eq!(told(&refused), json!(["over_quota", "members", 2, 3]));

    // What the mail holds was not spent on the refusals.
    quotas.set("members", Value::Null);
    accept(api, &people[late], &tokens[late]).expect(200);
    assert_eq!(quotas.members(), (Value::Null, 4));
    team.log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_used_up_the_day_writes_no_more_on_any_node_and_still_reads_and_takes_back() {
    let team = Team::gather().await;
    let (api, owner, quotas) = (&team.api, &team.owner, Quotas::of(&team));
    let another = api.another("api");
    let key = json!({ "name": "Import", "scopes": ["workspaces:write"] });
    let key = api.post("/v1/api-keys", key).by(owner).send().expect(201);
    let bob = api.person();
    invite(&team, &bob).expect(201);
    let token = mailbox::token(api, &bob.email, INVITATION, 1);

    quotas.set("events_per_day", 3);
    let write =
        |url: &str| call(url, "POST", "/v1/workspaces").json(json!({ "name": "Orders" })).by(owner).send();
    let is_stopped = |url: &str| write(url).status == 429;
    wait::until("no node writes", ENFORCED_WITHIN, || is_stopped(&api.url) && is_stopped(&another.url));
    let refused = write(&api.url).expect(429);
    let (limit, used) = quotas.seen(1, owner);
    assert_eq!(
        (refused.text("/code"), refused.text("/quota/quota")),
        ("over_daily_quota".into(), "events_per_day".into())
    );
    assert_eq!((refused.at("/quota/limit"), limit), (json!(3), json!(3)));
    assert!(used >= 3, "{used}");
    let seconds: u64 = refused.header("retry-after").expect("a time").parse().expect("seconds");
    assert!((1..=86_401).contains(&seconds), "{seconds}");

    // What is a danger can be ended, what is there be read and taken along, and operators are no part of it.
    api.get("/v1/workspaces").by(owner).send().expect(200);
    let closing = json!({ "name": "another" });
    assert_eq!(
        api.post("/v1/tenant/closing", closing).by(owner).send().expect(422).text("/code"),
        "name_differs"
    );
    assert_eq!(accept(api, &bob, &token).expect(429).text("/code"), "over_daily_quota");
    api.post("/auth/prove", json!({ "password": support::api::PASSWORD })).by(owner).send().expect(204);
    api.call("DELETE", &format!("/v1/api-keys/{}", key.text("/id"))).by(owner).send().expect(204);
    let tenant = format!("/v1/ops/tenants/{}", team.tenant);
    for act in ["suspend", "restore"] {
        quotas.operator.post(&format!("{tenant}/{act}"), json!({ "reason": "a test" })).send().expect(204);
    }

    // Lifted, it is as if there had never been one; nobody else's tenant noticed.
    bob_writes(api, &bob);
    quotas.set("events_per_day", Value::Null);
    wait::until("all nodes write", ENFORCED_WITHIN, || {
        write(&api.url).status == 201 && write(&another.url).status == 201
    });
    accept(api, &bob, &token).expect(200);
    team.log.close().await;
}

fn bob_writes(api: &TestApi, bob: &Person) {
    api.post("/v1/workspaces", json!({ "name": "Mine" })).by(bob).send().expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_alone_set_quotas_and_say_why_and_every_member_sees_them() {
    let team = Team::gather().await;
    let (api, quotas) = (&team.api, Quotas::of(&team));
    let viewer = team.member(Role::Viewer, &[]).await;
    let path = format!("/v1/ops/tenants/{}/quotas", team.tenant);
    let body = json!({ "limit": 9, "reason": "more for me" });
    api.call("PUT", &format!("{path}/members")).by(&team.owner).json(body.clone()).send().expect(403);
    api.get(&path).by(&team.owner).send().expect(403);

    let pointer = |answer: Answer| answer.expect(422).text("/errors/0/pointer");
    assert_eq!(pointer(quotas.put("members", json!({ "reason": "forgotten" }))), "/limit");
    assert_eq!(pointer(quotas.put("members", json!({ "limit": -1, "reason": "no" }))), "/limit");
    assert_eq!(
        pointer(quotas.put("members", json!({ "limit": 1_000_000_000_001_u64, "reason": "no" }))),
        "/limit"
    );
    assert_eq!(pointer(quotas.put("members", json!({ "limit": 1, "reason": " " }))), "/reason");
    quotas.put("gold", body.clone()).expect(404);
    for tenant in ["ten_nobody", "platform"] {
        let path = format!("/v1/ops/tenants/{tenant}/quotas");
        api.call("PUT", &format!("{path}/members"))
            .bearer(&quotas.operator.token)
            .json(body.clone())
            .send()
            .expect(404);
        quotas.operator.get(&path).expect(404);
    }

    let position = quotas.set("events_per_day", 1_000_000);
    let position = position.header("airtide-position").expect("a position");
    quotas.set("events_per_day", 1_000_000);
    let seen = api.get(&format!("/v1/tenant/quotas?wait_for={position}")).by(&viewer).send().expect(200);
    let of_operator = quotas.operator.get(&path).expect(200);
    assert_eq!(seen.json(), of_operator.json());
    let events =
        team.api.get(&format!("/v1/streams/tenant/{}", team.tenant)).by(&team.owner).send().expect(200);
    let changed = events.at("/data").as_array().expect("a list").last().expect("an event").clone();
    let payload = json!({ "quota": "events_per_day", "limit": 1_000_000, "reason": "their plan" });
    assert_eq!((&changed["type"], &changed["data"]), (&json!("tenant.quota_changed"), &payload), "{changed}");
    team.log.close().await;
}
