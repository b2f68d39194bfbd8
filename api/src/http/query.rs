//! Parameters of the query: unknown ones are refused by the types themselves (`deny_unknown_fields`), ones that are
//! there twice by the parser, and each fault is pointed to.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::problem::{FieldError, Problem};
use super::shape;

pub struct Query<T>(pub T);

impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    if let Some((name, _)) = pairs.clone().find(|(name, value)| name.contains('\0') || value.contains('\0')) {
        return Err(wrong(&name, "null_character", "Holds the character U+0000."));
    }
    let deserializer = serde_urlencoded::Deserializer::new(pairs);
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let pointer = shape::pointer(error.path());
        let error = shape::field_error(pointer, &error.into_inner().to_string());
        Problem::invalid_query(vec![error])
    })
}

fn wrong(name: &str, code: &'static str, message: &str) -> Problem {
    let mut pointer = String::new();
    shape::append_segment(&mut pointer, name);
    Problem::invalid_query(vec![FieldError::new(pointer, code, message)])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Parameters {
        name: Option<String>,
        #[serde(default)]
        count: u8,
    }

    fn refused(query: &str) -> String {
        let problem = parse::<Parameters>(query).expect_err("a refusal");
        assert_eq!(problem.status.as_u16(), 400, "{query}");
        let error = &problem.errors[0];
        format!("{} {}", error.pointer, error.code)
    }

    #[test]
    fn a_wrong_query_is_refused_with_a_pointer() {
        assert_eq!(refused("x=1"), "/x unknown_field");
        assert_eq!(refused("count=many"), "/count invalid");
        assert_eq!(refused("count=300"), "/count invalid");
        assert_eq!(refused("name=a&name=b"), "/name duplicate");
        assert_eq!(refused("name=%00"), "/name null_character");
    }

    #[test]
    fn a_good_query_is_parsed() {
        let parameters: Parameters = parse("name=a+b%26&count=7").expect("a good query");
        assert_eq!((parameters.name.as_deref(), parameters.count), (Some("a b&"), 7));
        assert!(parse::<Parameters>("").is_ok());
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused_with_pointers(query in "\\PC{0,80}|[a-z=&%0-9+;]{0,60}") {
            if let Err(problem) = parse::<Parameters>(&query) {
                prop_assert_eq!(problem.status.as_u16(), 400);
                prop_assert!(!problem.errors.is_empty());
            }
        }

        #[test]
        fn a_text_is_read_as_it_was_encoded(name in "[^\\x00]{0,40}", count in any::<u8>()) {
            let query: String = form_urlencoded::Serializer::new(String::new())
                .append_pair("name", &name)
                .append_pair("count", &count.to_string())
                .finish();
            let read = parse::<Parameters>(&query).expect("a good query");
            prop_assert_eq!((read.name, read.count), (Some(name), count));
        }
    }
}
