//! What callers are told of their limits: `RateLimit-Policy`, `RateLimit`, and 429 with `Retry-After`.

use std::fmt::Write;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::bucket::Standing;
use super::policy::Policy;
use crate::http::Problem;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The limits that a request met, in the form of the headers.
#[derive(Debug, Default)]
pub(crate) struct Told {
    policies: String,
    standings: String,
}

impl Told {
    /// `w` is the time in which all of `q` comes back, `t` the time until it has.
    pub fn add(&mut self, policy: &Policy, standing: &Standing) {
        let comma = if self.policies.is_empty() { "" } else { ", " };
        let (name, quota) = (policy.name, policy.pace.burst());
        let window = seconds(Duration::from_micros(policy.pace.whole_micros())).max(1);
        let (left, full_in) = (standing.left, seconds(standing.full_in));
        // Writing to a string cannot fail.
        let _ = write!(self.policies, "{comma}\"{name}\";q={quota};w={window}");
        let _ = write!(self.standings, "{comma}\"{name}\";r={left};t={full_in}");
    }

    /// The answer with what is to be told.
    pub fn on(&self, answer: impl IntoResponse) -> Response {
        let mut response = answer.into_response();
        self.write(response.headers_mut());
        response
    }

    pub fn refusal(&self, standing: &Standing) -> Problem {
        let problem = Problem::rate_limited(seconds(standing.retry_in).max(1));
        let fields = [(POLICY, &self.policies), (LIMIT, &self.standings)];
        fields.into_iter().fold(problem, |problem, (name, text)| match HeaderValue::from_str(text) {
            Ok(value) if !text.is_empty() => problem.with(name, value),
            _ => problem,
        })
    }

    fn write(&self, headers: &mut HeaderMap) {
        for (name, text) in [(POLICY, &self.policies), (LIMIT, &self.standings)] {
            if let Ok(value) = HeaderValue::from_str(text)
                && !text.is_empty()
            {
                headers.insert(name, value);
            }
        }
    }
}

/// Whole seconds, rounded up: whoever waits so long has waited long enough.
fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::super::bucket::Pace;
    use super::*;

    #[test]
    fn every_limit_that_was_met_is_told() {
        let login = Policy { name: "login", pace: Pace::new(5, Duration::from_secs(60), 10) };
        let address = Policy { name: "address", pace: Pace::new(30, Duration::from_secs(60), 30) };
        let mut told = Told::default();
        told.add(&login, &login.pace.standing(true, 12_000_000));
        let refused = address.pace.standing(false, 59_000_001);
        told.add(&address, &refused);
        let response = told.refusal(&refused).into_response();
        let said = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!(said("ratelimit-policy"), "\"login\";q=10;w=120, \"address\";q=30;w=60");
        assert_eq!(said("ratelimit"), "\"login\";r=9;t=12, \"address\";r=0;t=60");
        assert_eq!((response.status().as_u16(), said("retry-after")), (429, "2"));
    }
}
