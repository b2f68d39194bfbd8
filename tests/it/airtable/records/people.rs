//! People in cells: members of the tenant, by what Airtable's clients call them or by their addresses.

use domain::identity::Role;
use serde_json::{Value, json};
use support::airtable::{key, kind};
use support::api::{Answer, Person};
use support::bases;
use support::team::Team;

const SCOPES: [&str; 2] = ["bases:read", "bases:write"];

/// A base with a table of things and who looks after them.
struct Shed {
    team: Team,
    workspace: String,
    path: String,
    key: String,
}

impl Shed {
    async fn open() -> Self {
        let team = Team::gather().await;
        let workspace = bases::workspace(&team.api, &team.owner);
        let fields = json!([
            { "name": "Name", "type": "singleLineText" },
            { "name": "Keeper", "type": "singleCollaborator" },
            { "name": "Users", "type": "multipleCollaborators" },
        ]);
        let body = json!({ "name": "Shed", "tables": [{ "name": "Things", "fields": fields }] });
        let made = team.api.post(&format!("/v1/workspaces/{workspace}/bases"), body).by(&team.owner).send();
        let path = format!("/v0/{}/Things", made.expect(201).text("/airtable_id"));
        let key = key(&team.api, &team.owner, json!({ "scopes": SCOPES }));
        Self { team, workspace, path, key }
    }

    fn create(&self, fields: Value, typecast: bool) -> Answer {
        let body = json!({ "fields": fields, "typecast": typecast });
        self.team.api.post(&self.path, body).bearer(&self.key).send()
    }

    /// What Airtable's clients call a person.
    fn called(&self, person: &Person) -> String {
        self.team.api.get("/v0/meta/whoami").by(person).send().expect(200).text("/id")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_named_by_id_or_address_and_told_with_both() {
    let shed = Shed::open().await;
    let ben = shed.team.member(Role::Editor, &[&shed.workspace]).await;
    let (bens, owners) = (shed.called(&ben), shed.called(&shed.team.owner));
    let told = |person: &Person, id: &str| json!({ "id": id, "email": person.email });
    let fields = json!({ "Keeper": { "email": ben.email }, "Users": [{ "id": owners }, { "id": bens }] });
    let made = shed.create(fields, false).expect(200);
    assert_eq!(made.at("/fields/Keeper"), told(&ben, &bens));
    assert_eq!(made.at("/fields/Users"), json!([told(&shed.team.owner, &owners), told(&ben, &bens)]));
    let read = shed.team.api.get(&format!("{}/{}", shed.path, made.text("/id"))).bearer(&shed.key).send();
    assert_eq!(read.expect(200).json(), made.json());
    let typed = shed.create(json!({ "Keeper": ben.email, "Users": ben.email }), true).expect(200);
    assert_eq!(typed.at("/fields/Users"), json!([told(&ben, &bens)]));
    let listed = shed.team.api.get(&shed.path).bearer(&shed.key).send().expect(200);
    assert_eq!(listed.at("/records/1/fields/Keeper"), told(&ben, &bens));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_is_named() {
    let shed = Shed::open().await;
    let stranger = shed.team.api.person();
    let strangers = shed.called(&stranger);
    for keeper in
        [json!({ "email": stranger.email }), json!({ "id": strangers }), json!({ "id": "usrNobody00000000" })]
    {
        let refused = shed.create(json!({ "Keeper": keeper }), false);
        assert_eq!(kind(&refused), (422, "INVALID_VALUE_FOR_COLUMN".into()), "{keeper}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_make_records_is_told_in_which_table() {
    let shed = Shed::open().await;
    let viewer = shed.team.member(Role::Viewer, &[&shed.workspace]).await;
    let refused = shed.team.api.post(&shed.path, json!({ "fields": {} })).by(&viewer).send().expect(403);
    let told = refused.text("/error/message");
    assert!(told.starts_with("You are not permitted to create records in table Things (tbl"), "{told}");
}
