//! Bodies in JSON, in and out.
//!
//! In: of the right type, within the limit, readable (400), and of the right shape (422 with a pointer to what is
//! wrong). Unknown fields are refused by the types themselves: each says `deny_unknown_fields`.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::json_text::{self, Flaw};
use super::limits::{BODY_BYTES_MAX, JSON_DEPTH_MAX};
use super::problem::{FieldError, Problem};
use super::shape;

pub(super) const JSON: &str = "application/json";

/// A body, parsed; or an answer, to be written.
pub struct Json<T>(pub T);

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        if !is_json(&parts.headers) {
            return Err(Problem::not_json());
        }
        parse(&read(body, BODY_BYTES_MAX).await?).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(JSON)
}

pub(crate) async fn read(body: Body, bytes_max: usize) -> Result<Bytes, Problem> {
    match Limited::new(body, bytes_max).collect().await {
        Ok(read) => Ok(read.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(body_too_large(bytes_max)),
        Err(_) => Err(Problem::malformed("broken_body", "The body ended before its time.")),
    }
}

pub(super) fn body_too_large(bytes_max: usize) -> Problem {
    Problem::too_large(format!("A body has at most {bytes_max} bytes."))
}

fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, Problem> {
    check(text)?;
    if !text.trim_ascii_start().starts_with(b"{") {
        return Err(Problem::invalid(vec![FieldError::new("", "wrong_type", "Must be an object.")]));
    }
    serde_json::from_slice(text).or_else(|_| explain(text))
}

/// Whether a text is JSON that can be kept.
pub(crate) fn check(text: &[u8]) -> Result<(), Problem> {
    json_text::check(text, JSON_DEPTH_MAX).map_err(of_flaw)
}

/// Parses once more, this time taking notes of where it is.
fn explain<T: DeserializeOwned>(text: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = shape::pointer(error.path());
        Problem::invalid(vec![shape::field_error(pointer, &error.into_inner().to_string())])
    })
}

fn of_flaw(flaw: Flaw) -> Problem {
    match flaw {
        Flaw::Malformed(error) => {
            Problem::malformed("malformed_json", format!("The body is no JSON: {error}."))
        }
        Flaw::TooDeep => {
            let detail = format!("The body is nested deeper than {JSON_DEPTH_MAX}.");
            Problem::malformed("json_too_deep", detail)
        }
        Flaw::DuplicateKey { pointer } => {
            let detail = "The body says the same key twice.";
            let error = FieldError::new(pointer, "duplicate_key", "Is there twice.");
            Problem::malformed("duplicate_key", detail).pointing(vec![error])
        }
        Flaw::NullCharacter { pointer } => {
            let message = "Holds the character U+0000, which cannot be kept.";
            Problem::invalid(vec![FieldError::new(pointer, "null_character", message)])
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        write(&self.0)
    }
}

/// An answer with a value as its body.
pub(super) fn write(value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(text) => {
            let mut response = Response::new(Body::from(text));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
            response
        }
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            Problem::internal().into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[serde(rename = "name")]
        _name: String,
        #[serde(default, rename = "tags")]
        _tags: Vec<Tag>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Tag {
        #[serde(rename = "a/b")]
        _count: u8,
    }

    fn refused(text: &str) -> (u16, &'static str, Vec<FieldError>) {
        let problem = parse::<Body>(text.as_bytes()).expect_err("a refusal");
        (problem.status.as_u16(), problem.code, problem.errors)
    }

    fn wrong(text: &str) -> (String, &'static str, String) {
        let (status, code, mut errors) = refused(text);
        assert_eq!((status, code, errors.len()), (422, "invalid", 1), "{text}");
        let error = errors.remove(0);
        (error.pointer, error.code, error.message)
    }

    #[test]
    fn what_has_the_wrong_shape_is_pointed_to() {
        let told = |text| {
            let (pointer, code, message) = wrong(text);
            format!("{pointer} {code} {message}")
        };
        assert_eq!(told(r#"{"name":"a","x":1}"#), "/x unknown_field Is not known here.");
        assert_eq!(told(r#"{}"#), "/name missing Is missing.");
        assert_eq!(told(r#"{"name":7}"#), "/name wrong_type Must be a string.");
        assert_eq!(told(r#"{"name":null}"#), "/name wrong_type Must be a string.");
        assert_eq!(
            told(r#"{"name":"a","tags":[{"a/b":1},{"a/b":300}]}"#),
            "/tags/1/a~1b invalid Must be a whole number in its range."
        );
        assert_eq!(
            told(r#"{"name":"a","tags":[{"y`, expected":1}]}"#),
            "/tags/0/y`, expected unknown_field Is not known here."
        );
        assert_eq!(told(r#"["a"]"#), " wrong_type Must be an object.");
    }

    #[test]
    fn what_cannot_be_read_is_malformed() {
        assert_eq!(refused("").0, 400);
        assert_eq!(refused("{\"name\":").1, "malformed_json");
        assert_eq!(refused(r#"{"name":"a"} x"#).1, "malformed_json");
        assert_eq!(refused(&format!("{{\"name\":{}{}}}", "[".repeat(64), "]".repeat(64))).1, "json_too_deep");
        let (status, code, errors) = refused(r#"{"name":"a","tags":[{"a/b":1,"a\/b":2}]}"#);
        assert_eq!((status, code, errors[0].pointer.as_str()), (400, "duplicate_key", "/tags/0/a~1b"));
    }

    #[test]
    fn the_null_character_is_refused_wherever_it_stands() {
        assert_eq!(wrong(r#"{"name":"a\u0000"}"#).1, "null_character");
        assert_eq!(wrong(r#"{"name":"a","\u0000":1}"#).1, "null_character");
    }

    #[test]
    fn a_good_body_is_parsed() {
        assert!(parse::<Body>(br#" {"name":"a","tags":[{"a/b":1}]} "#).is_ok());
    }
}
