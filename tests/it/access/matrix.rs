//! Every operation × everybody who may come: nobody gets further than the document says, and nobody is kept from what it
//! says.

use serde_json::{Value, json};
use support::api::TestApi;

use super::callers::{Caller, House, Outcome};
use super::document::{Needed, Operation, operations};

/// Ends the session of whoever tries it.
const ENDS_THE_SESSION: &str = "/auth/logout";
/// Answers 401 to whoever brings nothing, for want of what it asks for itself.
const ASK_FOR_THEIR_OWN: [&str; 1] = ["/auth/login"];
/// What ends a tenant or takes all of it away is for its owners themselves, whatever their keys hold.
const NEED_A_SESSION_TOO: [(&str, &str); 2] =
    [("DELETE", "/v1/tenant/closing"), ("POST", "/v1/tenant/export")];

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_further_than_the_document_says() {
    let house = House::open().await;
    let (last, others): (Vec<_>, Vec<_>) =
        operations().into_iter().partition(|operation| operation.path == ENDS_THE_SESSION);
    let mut wrong = Vec::new();
    for operation in others.iter().chain(&last).filter(|operation| !asks_itself(operation)) {
        for caller in &house.callers {
            let expected = caller.expects(operation.needed, operation.path.contains("{workspace}"));
            let expected = if needs_a_session(operation) { caller.as_a_person(expected) } else { expected };
            let body = if expected == Outcome::NotThere { json!({}) } else { json!({ "nothing": 1 }) };
            let (status, outcome) = came_of(&house, operation, caller, body);
            if !is_so(expected, outcome) && !is_hidden(operation, caller, (expected, outcome)) {
                let (method, path) = (&operation.method, &operation.path);
                wrong.push(format!("{method} {path} by {}: {status}, not {expected:?}", caller.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    house.team.log.close().await;
}

/// A right is not enough for these: a person has to be there.
fn needs_a_session(operation: &Operation) -> bool {
    let told = (operation.method.as_str(), operation.path.as_str());
    NEED_A_SESSION_TOO.contains(&told)
}

fn asks_itself(operation: &Operation) -> bool {
    operation.needed == Needed::Nobody && ASK_FOR_THEIR_OWN.contains(&operation.path.as_str())
}

/// To clients of Airtable, what a key is not for is not there.
fn is_hidden(operation: &Operation, caller: &Caller, came: (Outcome, Outcome)) -> bool {
    operation.path.starts_with("/v0/") && caller.is_key() && came == (Outcome::Forbidden, Outcome::NotThere)
}

/// Whoever gets through may still find nothing there: the paths name nothing but the workspace.
fn is_so(expected: Outcome, outcome: Outcome) -> bool {
    outcome == expected || (expected == Outcome::Passed && outcome == Outcome::NotThere)
}

/// With a version that nothing has and a body that no operation takes, so that whoever gets through changes nothing. Who is
/// to find nothing there brings one that none has anything against.
fn came_of(house: &House, operation: &Operation, caller: &Caller, body: Value) -> (u16, Outcome) {
    let api: &TestApi = &house.team.api;
    let call = api.call(&operation.method, &path(house, operation)).header("if-match", "\"999\"");
    let call = if matches!(operation.method.as_str(), "GET" | "DELETE") { call } else { call.json(body) };
    let call = match &caller.token {
        Some(token) => call.bearer(token),
        None => call,
    };
    if !operation.path.starts_with("/v0/") {
        let status = call.status();
        return (status, Outcome::of(status));
    }
    // Airtable says 403 of what is not there as well, in other words.
    let answer = call.send();
    let is_not_there = answer.body.contains("INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND");
    (answer.status, if is_not_there { Outcome::NotThere } else { Outcome::of(answer.status) })
}

fn path(house: &House, operation: &Operation) -> String {
    let parts = operation.path.split('/').map(|part| match part {
        "{workspace}" => house.workspace.as_str(),
        part if part.starts_with('{') => "nothing",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}
