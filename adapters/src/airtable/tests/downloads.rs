//! Files are fetched past the guard, as they come, and no more of them than is taken.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::bases::ports::{Airtable, Connected, DownloadFault, Sink, SinkBroken};

use super::site::{Does, JumpingTime, Site, access, client};

#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    is_full: bool,
}

#[async_trait]
impl Sink for Kept {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), SinkBroken> {
        if self.is_full {
            return Err(SinkBroken("disk full".into()));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

fn connection(site: &Site) -> Arc<dyn Connected> {
    client(&site.root(), &JumpingTime::new()).connect(access(Duration::ZERO))
}

async fn fetched(does: impl IntoIterator<Item = Does>, bytes_max: u64) -> (Result<u64, DownloadFault>, Kept) {
    let (site, mut kept) = (Site::doing(does).await, Kept::default());
    let url = format!("{}/file", site.root());
    let outcome = connection(&site).download(&url, bytes_max, &mut kept).await;
    assert!(site.seen().iter().all(|seen| !seen.head.to_lowercase().contains("authorization")));
    (outcome, kept)
}

#[tokio::test]
async fn a_file_comes_whole_and_nobody_is_shown_the_token() {
    let file = vec![7; 300_000];
    let (outcome, kept) = fetched([Does::answer(200, "", &file)], 300_000).await;
    assert_eq!((outcome, kept.bytes), (Ok(300_000), file));
}

#[tokio::test]
async fn a_redirect_to_a_file_is_followed() {
    let file = Site::doing([Does::answer(200, "", b"file")]).await;
    let location = format!("location: {}/there\r\n", file.root());
    let (outcome, kept) = fetched([Does::answer(302, &location, b"gone there")], 10).await;
    assert_eq!((outcome, &*kept.bytes), (Ok(4), &b"file"[..]));
}

#[tokio::test]
async fn a_file_that_is_larger_than_what_is_taken_is_left() {
    let (outcome, kept) = fetched([Does::answer(200, "", &[7; 1_001])], 1_000).await;
    assert_eq!(outcome, Err(DownloadFault::TooLarge));
    assert!(kept.bytes.len() <= 1_000);
}

#[tokio::test]
async fn a_dead_address_is_told_from_a_bad_moment() {
    let (outcome, kept) = fetched([Does::answer(410, "", b"expired")], 1_000).await;
    assert_eq!((outcome, kept.bytes.len()), (Err(DownloadFault::Gone(410)), 0));
    for does in [Does::answer(503, "", b""), Does::Cuts] {
        let fault = fetched([does], 1_000).await.0.unwrap_err();
        assert!(fault.retry_helps(), "{fault}");
    }
    let cut = Does::Says(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec());
    let (outcome, _) = fetched([cut], 1_000).await;
    assert!(outcome.unwrap_err().retry_helps(), "half a file is no file");
}

#[tokio::test]
async fn an_address_of_this_network_is_not_asked() {
    let site = Site::doing([]).await;
    let mut kept = Kept::default();
    for url in ["http://10.0.0.1/file", "http://169.254.169.254/latest", "file:///etc/passwd", ""] {
        let fault = connection(&site).download(url, 10, &mut kept).await.unwrap_err();
        assert!(matches!(fault, DownloadFault::Blocked(_)), "{url}: {fault}");
    }
}

#[tokio::test]
async fn a_sink_that_takes_no_more_ends_it() {
    let site = Site::doing([Does::answer(200, "", b"file")]).await;
    let mut full = Kept { is_full: true, ..Kept::default() };
    let outcome = connection(&site).download(&format!("{}/file", site.root()), 10, &mut full).await;
    assert_eq!(outcome, Err(DownloadFault::Sink(SinkBroken("disk full".into()))));
}
