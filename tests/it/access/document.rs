//! Operations as the document of the API tells of them.

use std::collections::BTreeSet;

use domain::identity::{Permission, Role};
use serde_json::Value;

/// Who may use an operation: the word of its `x-permission`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    Nobody,
    SignedIn,
    Session,
    Right(Permission),
    Operator,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    pub method: String,
    pub path: String,
    pub needed: Needed,
}

impl Operation {
    /// Whether a request is one of this operation.
    pub fn is_of(&self, method: &str, path: &str) -> bool {
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        let (own, asked): (Vec<_>, Vec<_>) = (self.path.split('/').collect(), path.split('/').collect());
        let fits = |(own, asked): (&&str, &&str)| own.starts_with('{') || own == asked;
        self.method == method && own.len() == asked.len() && own.iter().zip(&asked).all(fits)
    }

    pub fn names_something(&self) -> bool {
        self.path.contains('{')
    }
}

pub fn operations() -> Vec<Operation> {
    told().iter().map(|(path, method, told)| operation(method, path, told)).collect()
}

/// Path, method and all that is told of each operation.
pub fn told() -> Vec<(String, String, Value)> {
    let document = document();
    let paths = document["paths"].as_object().expect("paths");
    let of_path = |(path, item): (&String, &Value)| {
        let methods = item.as_object().expect("operations").iter();
        methods.map(|(method, told)| (path.clone(), method.clone(), told.clone())).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

pub fn operation(method: &str, path: &str, told: &Value) -> Operation {
    let needed = match told["x-permission"].as_str().expect("each says who may use it") {
        "anyone" => Needed::Nobody,
        "signed-in" => Needed::SignedIn,
        "session" => Needed::Session,
        "operator" => Needed::Operator,
        right => Needed::Right(Permission::named(right).expect("a right")),
    };
    Operation { method: method.to_uppercase(), path: path.to_owned(), needed }
}

/// The rights of a role, as the document says.
pub fn rights(role: Role) -> BTreeSet<Permission> {
    let document = document();
    let mut roles =
        document["info"]["x-roles"].as_array().or(document["x-roles"].as_array()).expect("roles").iter();
    let told = roles.find(|told| told["role"] == role.as_str()).expect("every role is told of");
    let rights = told["permissions"].as_array().expect("rights").iter();
    rights.map(|right| right.as_str().and_then(Permission::named).expect("a right")).collect()
}

pub fn document() -> Value {
    serde_json::to_value(api::openapi()).expect("the document is JSON")
}

#[test]
fn what_is_served_to_somebody_in_particular_is_in_the_document() {
    let operations = operations();
    for route in api::routes().table() {
        let is_told_of = operations.iter().any(|told| told.method == route.method && told.path == route.path);
        assert!(is_told_of || route.access == api::http::Access::Anyone, "{} {}", route.method, route.path);
    }
}
