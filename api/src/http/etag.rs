//! `ETag` is the version of the stream behind a resource. A change names the version it was decided on (`If-Match`);
//! a read may name the ones it has (`If-None-Match`).

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, Required, Schema, Type};

use super::problem::Problem;

/// Versions that one header may name.
const VERSIONS_MAX: usize = 16;

/// The versions on which a change may be made. Without the header the request is refused (428); take
/// `Option<IfMatch>` where it is not needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: whatever there is.
    Any,
    /// At least one.
    Versions(Vec<i64>),
}

impl IfMatch {
    /// The version to decide a change at; nothing when any will do. A wrong one is named as well: the executor refuses
    /// it, unless this is the retry of a change that was made at it.
    pub fn version(&self, present: i64) -> Option<i64> {
        match self {
            Self::Any => None,
            Self::Versions(versions) if versions.contains(&present) => Some(present),
            Self::Versions(versions) => versions.first().copied(),
        }
    }

    fn of(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let mut tags = Vec::new();
        for value in headers.get_all(IF_MATCH) {
            tags.extend(parse(value).ok_or_else(malformed)?);
        }
        match &tags[..] {
            [] if headers.contains_key(IF_MATCH) => Err(malformed()),
            [] => Ok(None),
            [Tag::Any] => Ok(Some(Self::Any)),
            tags if tags.len() > VERSIONS_MAX || tags.contains(&Tag::Any) => Err(malformed()),
            tags => versions(tags).map(Some),
        }
    }
}

/// A comparison by `If-Match` is strong: weak tags, and tags that are no versions of ours, match nothing.
fn versions(tags: &[Tag]) -> Result<IfMatch, Problem> {
    let versions: Vec<i64> = tags
        .iter()
        .filter_map(|tag| match tag {
            Tag::Version { version, weak: false } => Some(*version),
            _ => None,
        })
        .collect();
    if versions.is_empty() { Err(Problem::changed_meanwhile()) } else { Ok(IfMatch::Versions(versions)) }
}

fn malformed() -> Problem {
    let detail = "If-Match holds * or ETags in quotes, separated by commas.";
    Problem::malformed("bad_if_match", detail)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Any,
    Version {
        version: i64,
        weak: bool,
    },
    /// Well formed, but none of ours.
    Foreign,
}

fn parse(value: &HeaderValue) -> Option<Vec<Tag>> {
    let mut rest = value.to_str().ok()?.trim();
    if rest == "*" {
        return Some(vec![Tag::Any]);
    }
    let mut tags = Vec::new();
    loop {
        let (weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |quoted| (true, quoted));
        let (tag, after) = quoted.strip_prefix('"')?.split_once('"')?;
        tags.push(version(tag).map_or(Tag::Foreign, |version| Tag::Version { version, weak }));
        match after.trim_start() {
            "" => return Some(tags),
            after => rest = after.strip_prefix(',')?.trim_start(),
        }
    }
}

/// Digits only: `+1` and `01` are other texts than the tag we gave.
fn version(text: &str) -> Option<i64> {
    let is_plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
    if is_plain { text.parse().ok() } else { None }
}

pub(super) fn of_version(version: i64) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// Whether a reader already has what an answer holds. The comparison is weak, as RFC 9110 wants it here.
pub(super) fn is_seen(request: &HeaderMap, answer: &HeaderMap) -> bool {
    let Some(present) = answer.get(ETAG).and_then(parse).and_then(|tags| tags.first().copied()) else {
        return false;
    };
    let mut seen = request.get_all(IF_NONE_MATCH).iter().filter_map(parse).flatten();
    seen.any(|tag| match (tag, present) {
        (Tag::Any, _) => true,
        (Tag::Version { version, .. }, Tag::Version { version: present, .. }) => version == present,
        _ => false,
    })
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(&parts.headers)?.ok_or_else(Problem::precondition_required)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        Self::of(&parts.headers)
    }
}

/// For the `params` of a route: `params(IfMatch)`.
impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = Schema::Object(ObjectBuilder::new().schema_type(Type::String).build());
        let parameter = ParameterBuilder::new()
            .name("If-Match")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some("The ETag of the version that is changed, or `*`."))
            .schema(Some(text));
        vec![parameter.build()]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn if_match(values: &[&str]) -> Result<Option<IfMatch>, u16> {
        let mut headers = HeaderMap::new();
        values.iter().for_each(|value| {
            headers.append(IF_MATCH, HeaderValue::from_str(value).unwrap());
        });
        IfMatch::of(&headers).map_err(|problem| problem.status().as_u16())
    }

    #[test]
    fn versions_are_named_in_quotes_alone_or_in_a_list() {
        assert_eq!(if_match(&[]), Ok(None));
        assert_eq!(if_match(&["*"]), Ok(Some(IfMatch::Any)));
        assert_eq!(if_match(&["\"3\""]), Ok(Some(IfMatch::Versions(vec![3]))));
        assert_eq!(if_match(&["\"3\" , \"x,y\"", "W/\"4\",\"5\""]), Ok(Some(IfMatch::Versions(vec![3, 5]))));
    }

    #[test]
    fn what_is_no_list_of_tags_is_malformed() {
        for bad in ["", "3", "\"3", "\"3\" \"4\"", "\"3\",", "*, \"3\"", "w/\"3\""] {
            assert_eq!(if_match(&[bad]), Err(400), "{bad}");
        }
    }

    #[test]
    fn a_weak_or_foreign_tag_matches_nothing() {
        for other in ["W/\"3\"", "\"abc\"", "\"03\"", "\"+3\"", "\"-3\"", "\"\""] {
            assert_eq!(if_match(&[other]), Err(412), "{other}");
        }
    }

    #[test]
    fn a_reader_that_has_the_version_need_not_be_told_again() {
        let headers =
            |name, value: &str| HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())]);
        let answer = headers(ETAG, "\"7\"");
        for seen in ["\"7\"", "W/\"7\"", "\"6\", \"7\"", "*"] {
            assert!(is_seen(&headers(IF_NONE_MATCH, seen), &answer), "{seen}");
        }
        assert!(!is_seen(&headers(IF_NONE_MATCH, "\"8\""), &answer));
        assert!(!is_seen(&headers(IF_NONE_MATCH, "\"7\""), &HeaderMap::new()));
    }

    proptest! {
        #[test]
        fn whatever_comes_names_no_version_that_does_not_stand_in_it(
            text in r#"[W/"0-9*,+ -]{0,30}|\PC{0,60}"#
        ) {
            let Ok(value) = HeaderValue::from_str(&text) else { return Ok(()) };
            let headers = HeaderMap::from_iter([(IF_MATCH, value.clone()), (IF_NONE_MATCH, value)]);
            match IfMatch::of(&headers) {
                Ok(Some(IfMatch::Any)) => prop_assert_eq!(text.trim(), "*"),
                Ok(Some(IfMatch::Versions(versions))) => for version in versions {
                    let quoted = format!("\"{version}\"");
                    prop_assert!(text.contains(&quoted));
                },
                Ok(None) => prop_assert!(false, "it was there"),
                Err(problem) => prop_assert!(matches!(problem.status().as_u16(), 400 | 412)),
            }
            is_seen(&headers, &HeaderMap::from_iter([(ETAG, of_version(7))]));
        }

        #[test]
        fn versions_are_read_as_they_were_written(
            versions in prop::collection::vec(0..=i64::MAX, 1..=VERSIONS_MAX), blanks in "[ \t]{0,2}"
        ) {
            let tags: Vec<String> = versions.iter().map(|version| format!("\"{version}\"")).collect();
            let text = tags.join(&format!("{blanks},{blanks}"));
            prop_assert_eq!(if_match(&[&text]), Ok(Some(IfMatch::Versions(versions))));
        }
    }
}
