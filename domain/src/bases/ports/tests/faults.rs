//! What a fault allows its caller.

use std::time::Duration;

use crate::bases::errors::ApiError;
use crate::bases::ports::{DownloadFault, Fault, SinkBroken, Trouble};

#[test]
fn only_what_surely_changed_nothing_is_sent_again_blindly() {
    let each = [
        (Fault::Wait { retry_after: Duration::from_secs(30) }, true, true),
        (Fault::Unavailable(Trouble::NotConnected), true, true),
        (Fault::QuotaSpent, false, true),
        (Fault::Unauthorized, false, true),
        (Fault::from(ApiError::NotFound), false, true),
        (Fault::Ambiguous(Trouble::TimedOut), false, false),
        (Fault::Malformed("no JSON".into()), false, false),
    ];
    for (fault, retry_helps, nothing_was_done) in each {
        assert_eq!(
            (fault.retry_helps(), fault.nothing_was_done()),
            (retry_helps, nothing_was_done),
            "{fault}"
        );
    }
}

#[test]
fn a_refusal_keeps_the_words_of_airtable() {
    let fault = Fault::from(ApiError::UnknownFieldName("Nme".into()));
    assert_eq!(fault.refused_as(), Some("UNKNOWN_FIELD_NAME"));
    assert_eq!(fault.to_string(), r#"refused: 422 UNKNOWN_FIELD_NAME: Unknown field name: "Nme""#);
    assert_eq!(Fault::QuotaSpent.refused_as(), None);
}

#[test]
fn a_dead_address_of_a_file_is_not_asked_again() {
    assert!(DownloadFault::Unavailable("no connection".into()).retry_helps());
    assert!(DownloadFault::from(SinkBroken("disk full".into())).retry_helps());
    for fault in [DownloadFault::Gone(410), DownloadFault::TooLarge, DownloadFault::Blocked("no URL".into())]
    {
        assert!(!fault.retry_helps(), "{fault}");
    }
}
