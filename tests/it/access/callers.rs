//! A tenant, and everybody who may come to its door: nobody, a member of each role, somebody else's owner, programs with
//! keys that hold much, little, or nothing any more.

use std::collections::BTreeSet;
use std::time::Duration;

use api::identity::tokens::{Bearer, Tokens};
use domain::identity::{Permission, Role, SessionId, UserId};
use serde_json::json;
use support::api::{Person, TestApi};
use support::team::Team;
use support::workers::SOON;
use support::{database, operator, wait};

use super::document::{Needed, rights};

const ISSUER: &str = "airtide";

/// What somebody shows, and what it is good for.
pub struct Caller {
    pub name: String,
    pub token: Option<String>,
    standing: Standing,
}

enum Standing {
    /// Shows nothing, or nothing that is good.
    Nobody,
    /// Of this tenant, with these rights.
    Session(BTreeSet<Permission>),
    Key(BTreeSet<Permission>),
    /// With every right, in a tenant of their own.
    Stranger,
    Operator,
}

/// What becomes of a request before anybody looks at what it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Unauthenticated,
    Forbidden,
    NotThere,
    Passed,
}

impl Outcome {
    pub fn of(status: u16) -> Self {
        match status {
            401 => Outcome::Unauthenticated,
            403 => Outcome::Forbidden,
            404 => Outcome::NotThere,
            _ => Outcome::Passed,
        }
    }
}

impl Caller {
    pub fn is_key(&self) -> bool {
        matches!(self.standing, Standing::Key(_))
    }

    /// What must become of a request of theirs. Beyond the door a thing that is not there may still be 404.
    pub fn expects(&self, needed: Needed, in_the_workspace: bool) -> Outcome {
        let granted = |may: bool| if may { Outcome::Passed } else { Outcome::Forbidden };
        match (&self.standing, needed) {
            (_, Needed::Nobody) => Outcome::Passed,
            (Standing::Nobody, _) => Outcome::Unauthenticated,
            (Standing::Operator, Needed::Operator) => Outcome::Passed,
            (Standing::Operator, _) => Outcome::Unauthenticated,
            (_, Needed::Operator) => Outcome::Forbidden,
            (Standing::Stranger, _) if in_the_workspace => Outcome::NotThere,
            (Standing::Stranger, _) => Outcome::Passed,
            (Standing::Key(_), Needed::Session) => Outcome::Forbidden,
            (_, Needed::SignedIn | Needed::Session) => Outcome::Passed,
            (Standing::Session(rights) | Standing::Key(rights), Needed::Right(right)) => {
                granted(rights.contains(&right))
            }
        }
    }

    /// What becomes of it where no key is enough.
    pub fn as_a_person(&self, outcome: Outcome) -> Outcome {
        match (&self.standing, outcome) {
            (Standing::Key(_), Outcome::Passed) => Outcome::Forbidden,
            (_, outcome) => outcome,
        }
    }
}

/// The tenant, with a workspace open to all of its members.
pub struct House {
    pub team: Team,
    pub workspace: String,
    pub callers: Vec<Caller>,
}

impl House {
    pub async fn open() -> Self {
        let team = Team::gather().await;
        let workspace = team.workspace("Orders");
        let mut callers = vec![nobody("nobody", None), nobody("something made up", Some("nonsense".into()))];
        callers.extend(members(&team, &workspace).await);
        callers.extend(keys(&team).await);
        callers.extend(ended(&team).await);
        let stranger = Some(team.api.person().token);
        callers.push(Caller {
            name: "another's owner".into(),
            token: stranger,
            standing: Standing::Stranger,
        });
        let token = Some(operator::token(&team.api, &["--name", "ana"]));
        callers.push(Caller { name: "an operator".into(), token, standing: Standing::Operator });
        Self { team, workspace, callers }
    }
}

fn nobody(name: &str, token: Option<String>) -> Caller {
    Caller { name: name.into(), token, standing: Standing::Nobody }
}

async fn members(team: &Team, workspace: &str) -> Vec<Caller> {
    let mut members = Vec::new();
    for role in Role::ALL {
        let token = match role {
            Role::Owner => team.owner.token.clone(),
            role => team.member(role, &[workspace]).await.token,
        };
        let standing = Standing::Session(rights(role));
        members.push(Caller { name: format!("{role:?}"), token: Some(token), standing });
    }
    members
}

async fn keys(team: &Team) -> Vec<Caller> {
    let everything = every_right();
    let little = BTreeSet::from([Permission::TenantRead]);
    let editor = team.member(Role::Editor, &[]).await;
    let caller = |name: &str, key: Key, rights| Caller {
        name: name.into(),
        token: Some(key.text),
        standing: Standing::Key(rights),
    };
    vec![
        caller("a key with every scope", Key::of(&team.api, &team.owner, &everything), everything),
        caller("a key with one scope", Key::of(&team.api, &team.owner, &little), little),
        caller(
            "a key of an editor",
            Key::of(&team.api, &editor, &rights(Role::Editor)),
            rights(Role::Editor),
        ),
        caller("a key of a former admin", of_a_former_admin(team).await, rights(Role::Viewer)),
    ]
}

/// What was given to a key is worth what its owner is.
async fn of_a_former_admin(team: &Team) -> Key {
    let admin = team.member(Role::Admin, &[]).await;
    let key = Key::of(&team.api, &admin, &rights(Role::Admin));
    team.change_role(&admin, Role::Viewer).await;
    wait::until("the other role counts", SOON, || {
        team.api.get("/v1/invitations").bearer(&key.text).status() == 403
    });
    key
}

/// What was good once.
async fn ended(team: &Team) -> Vec<Caller> {
    let (api, owner) = (&team.api, &team.owner);
    let (revoked, expired) = (Key::of(api, owner, &every_right()), Key::of(api, owner, &every_right()));
    api.call("DELETE", &format!("/v1/api-keys/{}", revoked.id)).by(owner).send().expect(204);
    sqlx::query("update api_keys set expires_at = now() - interval '1 second' where key_id = $1")
        .bind(&expired.id)
        .execute(&mut database::superuser(&api.database_url).await)
        .await
        .expect("its time is over");
    let signed_out = api.sign_in(&owner.email).text("/access_token");
    api.post("/auth/logout", json!({})).bearer(&signed_out).send().expect(204);
    vec![
        nobody("a revoked key", Some(revoked.text)),
        nobody("an expired key", Some(expired.text)),
        nobody("a session that ended", Some(signed_out)),
        nobody("a token that expired", Some(expired_token(team))),
    ]
}

fn expired_token(team: &Team) -> String {
    let (api, owner) = (&team.api, &team.owner);
    let session = api.get("/auth/verify").by(owner).send().expect(200).text("/session");
    let tokens = Tokens::new(team.log.log.keys().token_signing(), ISSUER).expect("the keys are good");
    let user = UserId::new(owner.user.as_str()).expect("a user");
    let session = SessionId::new(session).expect("a session");
    let bearer = Bearer { user, tenant: team.tenant.clone(), session, with_code: false };
    let token = tokens.issue_for(Duration::ZERO, bearer).expect("it is signed").token;
    wait::until("its time is over", SOON, || api.get("/auth/verify").bearer(&token).status() == 401);
    token
}

fn every_right() -> BTreeSet<Permission> {
    Permission::ALL.into_iter().collect()
}

struct Key {
    id: String,
    text: String,
}

impl Key {
    fn of(api: &TestApi, owner: &Person, scopes: &BTreeSet<Permission>) -> Self {
        let scopes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        let body = json!({ "name": "A program", "scopes": scopes });
        let made = api.post("/v1/api-keys", body).by(owner).send().expect(201);
        Self { id: made.text("/id"), text: made.text("/key") }
    }
}
