//! What an answer says about coming back: seconds, or a date.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// Nobody is believed who asks for more.
const LONGEST: Duration = Duration::from_secs(3600);

/// A date is held against the answer's own, so that no two clocks need agree.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let time = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let sent = moment(headers.get(DATE)?.to_str().ok()?)?;
            Duration::try_from(moment(text)?.duration_since(sent)).ok()?
        }
    };
    Some(time.min(LONGEST))
}

fn moment(text: &str) -> Option<Timestamp> {
    Some(rfc2822::parse(text).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(retry_after_text: &'static str) -> Option<Duration> {
        let date = "Wed, 21 Oct 2015 07:28:00 GMT";
        let headers = [(RETRY_AFTER, retry_after_text), (DATE, date)];
        retry_after(&headers.map(|(name, value)| (name, value.parse().unwrap())).into_iter().collect())
    }

    #[test]
    fn seconds_and_dates_are_read_and_nothing_else() {
        assert_eq!(said("30"), Some(Duration::from_secs(30)));
        assert_eq!(said("Wed, 21 Oct 2015 07:29:30 GMT"), Some(Duration::from_secs(90)));
        assert_eq!(said("86400"), Some(LONGEST));
        for none in ["", "soon", "-1", "1.5", "Wed, 21 Oct 2015 07:00:00 GMT"] {
            assert_eq!(said(none), None, "{none}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
