//! Files: small ones are handed over to Airtable, and all are fetched past the guard, like whatever somebody else wrote
//! down the address of.

use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::bases::errors::ApiError;
use domain::bases::ids::{BaseId, FieldId, RecordId};
use domain::bases::ports::{Attachments, DownloadFault, Fault, File, Sink, UPLOAD_BYTES_MAX, Uploaded};
use domain::identity::ports::WebFault;
use reqwest::Method;
use serde_json::json;

use super::Connection;
use super::call::{Call, Host};
use crate::http::Fetching;

const UPLOAD: &str = "/v0/{base}/{record}/{field}/uploadAttachment";
/// For a file as a whole, however slowly it comes.
const FILE_WITHIN: Duration = Duration::from_secs(15 * 60);

#[async_trait]
impl Attachments for Connection {
    async fn upload(
        &self,
        base: BaseId,
        record: RecordId,
        field: FieldId,
        file: &File,
    ) -> Result<Uploaded, Fault> {
        if file.bytes.len() > UPLOAD_BYTES_MAX {
            return Err(ApiError::RequestTooLarge.into());
        }
        let body = json!({
            "contentType": file.content_type, "filename": file.name, "file": STANDARD.encode(&file.bytes),
        });
        let parts = [base.as_str(), record.as_str(), field.as_str()];
        let call = Call::new("upload_attachment", Method::POST, UPLOAD, &parts).of(base).at(Host::Content);
        self.ask(call.json(&body)?).await
    }

    async fn download(&self, url: &str, bytes_max: u64, sink: &mut dyn Sink) -> Result<u64, DownloadFault> {
        let work = async {
            let fetching = self.inner.files.fetch(url).await.map_err(on_the_way)?;
            pour(fetching, bytes_max, sink).await
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
