//! The codes of the edge's own problems, for the reference page. Refusals of aggregates and of use cases have codes of
//! their own, named by the operations that answer with them.

/// Code, status, meaning; sorted.
pub(super) const CODES: &[(&str, u16, &str)] = &[
    (
        "already_done",
        409,
        "Done by an earlier attempt under the same key; what it showed once is not shown again.",
    ),
    ("bad_idempotency_key", 400, "The Idempotency-Key is empty, too long, not visible ASCII, or sent twice."),
    ("bad_if_match", 400, "If-Match is neither `*` nor a list of ETags in quotes."),
    ("broken_body", 400, "The body ended before its time."),
    ("changed_meanwhile", 412, "It was changed since the version that If-Match names: read it again first."),
    ("contended", 409, "Others changed the same at the same time; nothing was changed, try again."),
    ("cross_site", 403, "A page of another site may do nothing with a cookie of ours."),
    ("duplicate_authorization", 400, "Authorization was sent twice."),
    ("duplicate_key", 400, "An object of the body says the same key twice."),
    ("fenced", 409, "Somebody else has taken over what the command was about."),
    ("forbidden", 403, "The caller's role does not allow this."),
    ("headers_too_large", 431, "Too many header fields, or too long ones."),
    ("internal", 500, "A fault of the program; its operators find it under the id of the request."),
    ("invalid", 422, "The body can be read, and parts of it are wrong: `errors` points to them."),
    ("invalid_query", 400, "Parameters of the query are wrong: `errors` points to them."),
    ("json_too_deep", 400, "The body is nested too deep."),
    ("key_reused", 422, "The Idempotency-Key was used before, for another request."),
    ("malformed_json", 400, "The body is no JSON."),
    ("method_not_allowed", 405, "The path does not answer the method."),
    ("not_found", 404, "There is nothing here, or nothing for the caller."),
    ("not_json", 415, "The body is not sent as application/json."),
    ("not_owner", 409, "The name belongs to something else."),
    ("origin_not_allowed", 403, "Pages of this origin may not call."),
    ("other_incarnation", 409, "The position belongs to another history of the log: read without it."),
    (
        "outcome_unknown",
        503,
        "It is not known whether the command was carried out: send it again under its key.",
    ),
    (
        "over_daily_quota",
        429,
        "The tenant has done as much today as it may: `quota` says how much, Retry-After until when.",
    ),
    ("over_quota", 409, "The tenant has as much as it may have: `quota` says of what."),
    ("overloaded", 503, "Too many commands are waiting; nothing was changed."),
    ("precondition_required", 428, "If-Match is missing."),
    ("rate_limited", 429, "A limit is reached; RateLimit says which, Retry-After when to come back."),
    (
        "reauth_required",
        403,
        "Whoever is signed in has to show a password again: POST /auth/prove, then the same once more.",
    ),
    (
        "second_factor_required",
        403,
        "The tenant wants a second factor: POST /auth/totp, and signing in or POST /auth/refresh after it.",
    ),
    ("session_required", 403, "This needs a person who is signed in; an API key is not enough."),
    ("suspended", 403, "The account is suspended by the platform."),
    ("taken", 409, "The name is taken."),
    ("tenant_closed", 403, "The tenant is closed."),
    ("tenant_closing", 403, "The tenant is being closed: it can be read, and nothing in it changes."),
    ("tenant_suspended", 403, "The tenant is suspended by the platform."),
    ("too_large", 413, "The body is too large; with 422, what it asks for is."),
    ("too_late", 503, "The answer took too long; what was asked may still be done."),
    ("too_many", 429, "Too many of these at one time; Retry-After says when to come back."),
    ("too_many_connections", 503, "Too many connections from one address."),
    ("two_credentials", 400, "A cookie and an Authorization came together: send one."),
    ("unauthenticated", 401, "A valid access token is needed."),
    ("unavailable", 503, "Not now; nothing was changed."),
    ("url_too_long", 414, "Path and query are too long."),
];

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Words in quotes right after something that makes a problem.
    fn codes_in(text: &str) -> Vec<String> {
        let makers = ["malformed(", "conflict(", "_because(", "StatusCode::"];
        let after = makers.iter().flat_map(|maker| text.split(maker).skip(1));
        let quoted = after.filter_map(|rest| {
            let line = &rest[..rest.find([';', '}']).unwrap_or(rest.len())];
            let (before, from) = line.split_once('"')?;
            let is_near = before.len() < 60 && !before.contains("&str") && !before.contains("fn ");
            is_near.then(|| from.split('"').next().unwrap_or_default().to_owned())
        });
        quoted
            .filter(|word| {
                !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            })
            .collect()
    }

    #[test]
    fn every_code_of_the_edge_is_explained() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
        let mut seen = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_source = path.extension().is_some_and(|extension| extension == "rs");
            if !is_source || path.ends_with("codes.rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            for found in codes_in(code) {
                seen += 1;
                assert!(CODES.iter().any(|(code, ..)| *code == found), "{found} in {}", path.display());
            }
        }
        assert!(seen > 25, "only {seen} codes were found");
    }

    #[test]
    fn the_list_is_sorted() {
        assert!(CODES.is_sorted_by(|one, next| one.0 < next.0));
    }
}
