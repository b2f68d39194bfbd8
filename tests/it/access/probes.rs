//! Requests that carry a text wherever an operation takes one: the document of the API says where.

use serde_json::{Value, json};

use super::document::{Needed, Operation, operation, told};

/// Headers that every operation takes, whether its part of the document speaks of them or not.
const HEADERS: [&str; 7] =
    ["user-agent", "accept", "origin", "cookie", "x-request-id", "x-forwarded-for", "traceparent"];

/// One request, with the text in one place.
pub struct Probe {
    pub method: String,
    pub path: String,
    pub needed: Needed,
    pub headers: Vec<(String, String)>,
    pub body: Option<Value>,
    /// Where it carries the text.
    pub place: String,
}

/// For every operation and every place of it one request. What is asked for beside it is as harmless as can be.
pub fn carrying(text: &str, workspace: &str) -> Vec<Probe> {
    let mut probes = Vec::new();
    for (path, method, told) in told() {
        let operation = operation(&method, &path, &told);
        let schema = schema_of(&told);
        let plain = || Probe {
            method: operation.method.clone(),
            path: path_with(&operation, workspace, None),
            needed: operation.needed,
            headers: vec![("if-match".into(), "*".into())],
            body: schema.as_ref().map(required),
            place: String::new(),
        };
        for parameter in told["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().expect("a name");
            let probe = match parameter["in"].as_str() {
                Some("path") => {
                    Probe { path: path_with(&operation, workspace, Some((name, text))), ..plain() }
                }
                Some("query") => {
                    Probe { path: format!("{}?{name}={}", plain().path, encoded(text)), ..plain() }
                }
                _ => Probe { headers: vec![(name.to_lowercase(), text.into())], ..plain() },
            };
            probes.push(Probe { place: format!("{method} {path}: {name}"), ..probe });
        }
        for (name, property) in schema.iter().flat_map(properties) {
            let mut body = schema.as_ref().map_or(Value::Null, required);
            body[name] = value_of(property, name, text);
            probes.push(Probe { body: Some(body), place: format!("{method} {path}: /{name}"), ..plain() });
        }
    }
    probes.extend(HEADERS.map(|name| Probe {
        method: "GET".into(),
        path: "/v1/workspaces".into(),
        needed: Needed::SignedIn,
        headers: vec![(name.into(), text.into())],
        body: None,
        place: format!("header {name}"),
    }));
    probes
}

fn path_with(operation: &Operation, workspace: &str, carried: Option<(&str, &str)>) -> String {
    let parts = operation.path.split('/').map(|part| match part.trim_matches(['{', '}']) {
        name if name == part => part.to_owned(),
        name if carried.is_some_and(|(carrying, _)| carrying == name) => {
            carried.map_or_else(String::new, |(_, text)| encoded(text))
        }
        "workspace" => workspace.to_owned(),
        _ => "nothing".to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn schema_of(told: &Value) -> Option<Value> {
    let content = told["requestBody"]["content"].as_object()?;
    let named = content.values().next()?["schema"]["$ref"].as_str()?;
    super::document::document().pointer(named.strip_prefix('#')?).cloned()
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema["properties"].as_object().into_iter().flatten()
}

/// A body that says no more than it must.
fn required(schema: &Value) -> Value {
    let names = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    names.map(|name| (name.to_owned(), value_of(&schema["properties"][name], name, harmless(name)))).collect()
}

/// Long enough, and the password of nobody.
fn harmless(name: &str) -> &'static str {
    match name {
        "role" => "viewer",
        "email" => "probe",
        "url" => "https://hooks.example.org/",
        "scopes" => "tenant:read",
        "worker" => "send_mail",
        _ => "nothing in particular",
    }
}

/// The text as a property takes it.
fn value_of(property: &Value, name: &str, text: &str) -> Value {
    let is = |kind: &str| property["type"] == kind || property["type"][0] == kind;
    match name {
        "email" => json!(format!("{text}@example.org")),
        _ if is("array") => json!([text]),
        _ => json!(text),
    }
}
