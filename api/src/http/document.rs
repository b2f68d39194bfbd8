//! The OpenAPI document: what every operation has in common is written here, once.

use domain::identity::{Permission, Role};
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::response::Response;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    Required, ResponseBuilder, Schema, Type,
};

use super::codes::CODES;
use super::problem::{FieldError, Problem};
use super::routes::{Access, Guard};
use super::written::PROBLEM_JSON;
use crate::airtable::{self, AirtableError};
use crate::limits::Rate;

/// What all of them are in Airtable's API: a name, and what it means.
const AIRTABLE_RESPONSE: (&str, &str) = ("AirtableRefusal", "Refused, or failed, as Airtable says it");
/// With these; with others, too.
const AIRTABLE_STATUSES: &[&str] = &["401", "403", "404", "413", "422", "429", "503", "default"];

const BEARER: &str = "bearer";
const COOKIE: &str = "cookie";
const OPERATOR: &str = "operator";

/// Problems that the edge itself answers with: status, name of the shared response, and what it means.
const RESPONSES: &[(&str, &str, &str)] = &[
    ("400", "Malformed", "The request cannot be read"),
    ("401", "Unauthenticated", "A valid access token is needed"),
    ("403", "Forbidden", "The caller may not do this"),
    ("404", "NotFound", "There is nothing here, or nothing for the caller"),
    ("413", "TooLarge", "The body is too large"),
    ("415", "NotJson", "The body is not sent as JSON"),
    ("422", "Invalid", "The request can be read, and makes no sense"),
    ("429", "TooMany", "Too many requests"),
    ("503", "Unavailable", "Not now; `Retry-After` says when"),
    ("default", "Other", "Any other refusal or failure"),
];

/// Everything but the paths.
pub(super) fn frame() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Airtide")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("The event-sourced backend for Airtable work. Conventions: docs/http.md."));
    let token = |meaning: &str| {
        let scheme = Http::builder().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
        SecurityScheme::Http(scheme.description(Some(meaning)).build())
    };
    let components = ComponentsBuilder::new()
        .schema(Problem::name(), <Problem as utoipa::PartialSchema>::schema())
        .schema(FieldError::name(), <FieldError as utoipa::PartialSchema>::schema())
        .security_scheme(BEARER, token("Of a session: what signing in answers with"))
        .security_scheme(
            COOKIE,
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                "__Host-sid",
                "Of a session of a browser, on pages of the same origin",
            ))),
        )
        .security_scheme(OPERATOR, token("Of whoever operates the platform: what `airtide ops token` prints, or of a session of an administrator who has shown their password within an hour"));
    let components = RESPONSES
        .iter()
        .fold(components, |components, (_, name, text)| components.response(*name, problem(text)));
    let refused = ResponseBuilder::new().description(AIRTABLE_RESPONSE.1).content(
        "application/json",
        ContentBuilder::new().schema(Some(Ref::from_schema_name(AirtableError::name()))).build(),
    );
    let components = components
        .schema(AirtableError::name(), <AirtableError as utoipa::PartialSchema>::schema())
        .response(AIRTABLE_RESPONSE.0, refused.build());
    let tables = Extensions::builder()
        .add("x-problems", serde_json::Value::Array(problems()))
        .add("x-roles", serde_json::Value::Array(roles()))
        .build();
    let mut document = OpenApiBuilder::new().info(info.build()).components(Some(components.build())).build();
    document.extensions = Some(tables);
    document
}

fn problems() -> Vec<serde_json::Value> {
    let told = CODES
        .iter()
        .map(|(code, status, meaning)| json!({ "code": code, "status": status, "meaning": meaning }));
    told.collect()
}

/// Which rights each role has: the words of `x-permission`.
fn roles() -> Vec<serde_json::Value> {
    let told = Role::ALL.map(|role| {
        let has = |each: &Permission| role.may(*each);
        let permissions: Vec<&str> =
            Permission::ALL.into_iter().filter(has).map(Permission::as_str).collect();
        json!({ "role": role.as_str(), "permissions": permissions })
    });
    told.to_vec()
}

fn problem(text: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    ResponseBuilder::new().description(text).content(PROBLEM_JSON, content).build()
}

/// Operations of a path with the names of their methods.
pub(super) fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("GET", &mut item.get),
        ("PUT", &mut item.put),
        ("POST", &mut item.post),
        ("DELETE", &mut item.delete),
        ("PATCH", &mut item.patch),
        ("HEAD", &mut item.head),
        ("OPTIONS", &mut item.options),
    ];
    all.into_iter().filter_map(|(method, operation)| operation.as_mut().map(|operation| (method, operation)))
}

/// Adds to an operation what follows from how it is guarded, its method and its path.
pub(super) fn complete(operation: &mut Operation, guard: Guard, method: &str, path: &str) {
    let Guard { access, rate, .. } = guard;
    let is_airtable = airtable::is_asked(path);
    let permission = match access {
        Access::Anyone => "anyone",
        Access::SignedIn => "signed-in",
        Access::Session => "session",
        Access::Needs(permission) => permission.as_str(),
        Access::Operator => OPERATOR,
    };
    operation.operation_id = Some(name_of(method, path));
    let extensions =
        Extensions::builder().add("x-permission", permission).add("x-limit", rate.name()).build();
    operation.extensions.get_or_insert_default().merge(extensions);
    operation.security = Some(match access {
        Access::Anyone => Vec::new(),
        Access::SignedIn | Access::Session | Access::Needs(_) if is_airtable => vec![token_of(BEARER)],
        Access::SignedIn | Access::Session | Access::Needs(_) => vec![token_of(BEARER), token_of(COOKIE)],
        Access::Operator => vec![token_of(OPERATOR)],
    });
    let responses = &mut operation.responses.responses;
    for status in AIRTABLE_STATUSES.iter().filter(|_| is_airtable) {
        let shared = RefOr::Ref(Ref::from_response_name(AIRTABLE_RESPONSE.0));
        responses.entry((*status).to_owned()).or_insert(shared);
    }
    for (status, name, _) in RESPONSES.iter().filter(|_| !is_airtable) {
        if applies(status, operation.request_body.is_some(), guard, path) {
            let shared = RefOr::Ref(Ref::from_response_name(*name));
            responses.entry((*status).to_owned()).or_insert(shared);
        }
    }
    if matches!(method, "POST" | "PUT" | "PATCH" | "DELETE") {
        operation.parameters.get_or_insert_default().push(RefOr::T(idempotency_key().build()));
    }
}

fn token_of(scheme: &str) -> SecurityRequirement {
    SecurityRequirement::new::<_, [&str; 0], &str>(scheme, [])
}

/// Handlers are named within their file; programs that are generated need names that stand alone:
/// `get_v1_workspaces_workspace`.
fn name_of(method: &str, path: &str) -> String {
    let words = path.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(method.to_ascii_lowercase(), |name, word| format!("{name}_{word}"))
}

fn applies(status: &str, has_body: bool, guard: Guard, path: &str) -> bool {
    match status {
        "401" | "403" => guard.access != Access::Anyone,
        // Whoever guesses credentials is limited, too.
        "429" => guard.rate != Rate::Free || guard.access != Access::Anyone,
        "404" => path.contains('{'),
        "413" | "415" | "422" => has_body,
        _ => true,
    }
}

fn idempotency_key() -> ParameterBuilder {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[\\x21-\\x7e]+$"))
        .min_length(Some(1))
        .max_length(Some(255));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The same key with the same request is carried out once."))
        .schema(Some(Schema::Object(text.build())))
}
