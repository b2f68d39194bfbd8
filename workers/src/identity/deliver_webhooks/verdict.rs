//! What an answer means for a delivery, or that there was none.

use std::time::Duration;

use domain::identity::ports::{WebAnswer, WebFault};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// The receiver wants nothing any more.
const GONE: u16 = 410;
/// What is said of an answer that is none of success.
const STATUS: &str = "status";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Delivered {
        status: u16,
    },
    /// It may be tried again, after what the receiver asked for if it did.
    Later {
        reason: &'static str,
        status: Option<u16>,
        asked: Option<Duration>,
    },
    /// It will never be delivered.
    Never {
        reason: &'static str,
        status: Option<u16>,
    },
}

pub fn of(outcome: &Result<WebAnswer, WebFault>, now: Timestamp) -> Verdict {
    match outcome {
        Ok(answer) => of_answer(answer, now),
        Err(fault) if fault.retry_helps() => {
            Verdict::Later { reason: fault.code(), status: None, asked: None }
        }
        Err(fault) => Verdict::Never { reason: fault.code(), status: None },
    }
}

/// Only 2xx is success: a redirect is not followed, and whoever answers with anything else did not take it.
fn of_answer(answer: &WebAnswer, now: Timestamp) -> Verdict {
    let status = answer.status;
    match status {
        200..=299 => Verdict::Delivered { status },
        GONE => Verdict::Never { reason: STATUS, status: Some(GONE) },
        _ => {
            let asked = answer.retry_after.as_deref().and_then(|text| asked_pause(text, now));
            Verdict::Later { reason: STATUS, status: Some(status), asked }
        }
    }
}

/// `Retry-After` says a number of seconds, or a date.
fn asked_pause(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = rfc2822::parse(text.trim()).ok()?.timestamp();
    Duration::try_from(date.duration_since(now)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn answer(status: u16, retry_after: Option<&str>) -> Result<WebAnswer, WebFault> {
        let retry_after = retry_after.map(str::to_owned);
        Ok(WebAnswer { status, retry_after, body: Vec::new(), is_cut: false })
    }

    fn asked(text: &str) -> Option<Duration> {
        match of(&answer(503, Some(text)), NOW) {
            Verdict::Later { asked, .. } => asked,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_2xx_is_success() {
        for status in [200, 204, 299] {
            assert_eq!(of(&answer(status, None), NOW), Verdict::Delivered { status });
        }
        for status in [100, 302, 400, 404, 429, 500] {
            let expected = Verdict::Later { reason: "status", status: Some(status), asked: None };
            assert_eq!(of(&answer(status, None), NOW), expected);
        }
    }

    #[test]
    fn a_receiver_that_is_gone_is_not_asked_again() {
        assert_eq!(of(&answer(410, None), NOW), Verdict::Never { reason: "status", status: Some(410) });
    }

    #[test]
    fn faults_say_themselves_whether_a_retry_helps() {
        let later = of(&Err(WebFault::TimedOut), NOW);
        assert_eq!(later, Verdict::Later { reason: "timed_out", status: None, asked: None });
        let never = of(&Err(WebFault::Blocked), NOW);
        assert_eq!(never, Verdict::Never { reason: "egress_blocked", status: None });
    }

    #[test]
    fn a_receiver_may_ask_for_time_in_two_ways() {
        assert_eq!(asked("120"), Some(Duration::from_secs(120)));
        assert_eq!(asked("Thu, 01 Jan 1970 00:02:00 GMT"), Some(Duration::from_secs(120)));
        for nothing in ["", "soon", "-5", "1.5", "Wed, 31 Dec 1969 23:00:00 GMT"] {
            assert_eq!(asked(nothing), None, "{nothing}");
        }
    }

    proptest! {
        /// A receiver says whatever it likes.
        #[test]
        fn whatever_a_receiver_says_is_a_verdict(
            status in any::<u16>(), text in "\\PC{0,40}|[0-9]{1,25}|-[0-9]{1,9}|Wed, [0-9]{1,2} Oct [0-9]{1,6} 07:28:00 GMT"
        ) {
            let is_delivered = matches!(of(&answer(status, Some(&text)), NOW), Verdict::Delivered { .. });
            prop_assert_eq!(is_delivered, (200..300).contains(&status));
        }
    }
}
