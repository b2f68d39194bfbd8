//! What it means for a cell how fetching its file went.

use domain::bases::cells::Attachment;
use domain::bases::ports::DownloadFault;

use super::fetched::{FetchFault, Fetched};

#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    Kept(Attachment),
    /// It cannot be had.
    NotThere,
    /// It may be there another time. The reason holds nothing that a sender said.
    Later(&'static str),
}

/// A fault of our own is never held against a file, however often it was tried.
pub fn of(fetched: Fetched, is_last_try: bool) -> Verdict {
    match fetched {
        Ok(file) => Verdict::Kept(file),
        Err(FetchFault::Download(fault)) if fault.retry_helps() && is_ours(&fault) => {
            Verdict::Later("the store takes no bytes at the moment")
        }
        Err(FetchFault::Download(fault)) if fault.retry_helps() && !is_last_try => {
            Verdict::Later("the file cannot be fetched at the moment")
        }
        Err(fault @ FetchFault::Blob(_)) if fault.retry_helps() => {
            Verdict::Later("the store takes no bytes at the moment")
        }
        Err(_) => Verdict::NotThere,
    }
}

fn is_ours(fault: &DownloadFault) -> bool {
    matches!(fault, DownloadFault::Sink(_))
}

#[cfg(test)]
mod tests {
    use domain::bases::ports::{BlobFault, SinkBroken};

    use super::*;

    fn download(fault: DownloadFault, is_last_try: bool) -> Verdict {
        of(Err(FetchFault::Download(fault)), is_last_try)
    }

    #[test]
    fn what_is_gone_or_must_not_be_asked_is_not_there() {
        for fault in [DownloadFault::Gone(404), DownloadFault::TooLarge, DownloadFault::Blocked("x".into())] {
            assert_eq!(download(fault, false), Verdict::NotThere);
        }
        assert_eq!(of(Err(FetchFault::Blob(BlobFault::TooLarge)), false), Verdict::NotThere);
    }

    #[test]
    fn a_sender_who_does_not_answer_is_asked_again_until_it_is_enough() {
        let away = || DownloadFault::Unavailable("x".into());
        assert!(matches!(download(away(), false), Verdict::Later(_)));
        assert_eq!(download(away(), true), Verdict::NotThere);
    }

    #[test]
    fn a_store_that_takes_nothing_costs_no_cell_its_file() {
        let broken = DownloadFault::Sink(SinkBroken("full".into()));
        assert!(matches!(download(broken, true), Verdict::Later(_)));
        let away = FetchFault::Blob(BlobFault::Unavailable("full".into()));
        assert!(matches!(of(Err(away), true), Verdict::Later(_)));
    }
}
