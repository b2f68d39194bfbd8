//! Files at addresses that somebody wrote down, poured into a sink as they come.

use std::time::Duration;

use async_trait::async_trait;
use domain::bases::ports::{DownloadFault, Downloaded, Downloads, Sink};
use domain::identity::ports::WebFault;
use percent_encoding::percent_decode_str;

use super::target::Target;
use super::{Fetching, GuardedClient};

/// For a file as a whole, however slowly it comes.
const FILE_WITHIN: Duration = Duration::from_secs(15 * 60);

#[async_trait]
impl Downloads for GuardedClient {
    async fn download(
        &self,
        url: &str,
        bytes_max: u64,
        sink: &mut dyn Sink,
    ) -> Result<Downloaded, DownloadFault> {
        let work = async {
            let fetching = self.fetch(url).await.map_err(on_the_way)?;
            let media_type = fetching.media_type();
            let bytes = pour(fetching, bytes_max, sink).await?;
            Ok(Downloaded { bytes, media_type, name: name(url) })
        };
        let too_slow = || DownloadFault::Unavailable("no end in time".into());
        tokio::time::timeout(FILE_WITHIN, work).await.unwrap_or_else(|_| Err(too_slow()))
    }
}

async fn pour(mut fetching: Fetching<'_>, bytes_max: u64, sink: &mut dyn Sink) -> Result<u64, DownloadFault> {
    match fetching.status() {
        200..=299 => {}
        status @ (408 | 429 | 500..) => return Err(DownloadFault::Unavailable(format!("status {status}"))),
        status => return Err(DownloadFault::Gone(status)),
    }
    let mut poured = 0;
    while let Some(bytes) = fetching.next().await.map_err(on_the_way)? {
        poured += bytes.len() as u64;
        if poured > bytes_max {
            return Err(DownloadFault::TooLarge);
        }
        sink.write(&bytes).await?;
    }
    Ok(poured)
}

fn on_the_way(fault: WebFault) -> DownloadFault {
    match fault.retry_helps() {
        true => DownloadFault::Unavailable(fault.to_string()),
        false => DownloadFault::Blocked(fault.to_string()),
    }
}

/// The last part of the path, decoded; empty where there is none.
fn name(url: &str) -> String {
    let target = Target::parse(url).ok();
    let path = target.as_ref().map_or("", |target| target.url().path());
    let last = path.rsplit('/').next().unwrap_or_default();
    percent_decode_str(last).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_what_its_path_ends_in() {
        assert_eq!(name("https://example.org/a/report%20one.pdf?x=/y"), "report one.pdf");
        for none in ["https://example.org", "https://example.org/a/", "no address"] {
            assert_eq!(name(none), "", "{none}");
        }
    }
}
