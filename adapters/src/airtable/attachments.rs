//! Files: small ones are handed over to Airtable, and all are fetched past the guard, like whatever somebody else wrote
//! down the address of.

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::bases::errors::ApiError;
use domain::bases::ids::{BaseId, FieldId, RecordId};
use domain::bases::ports::{
    Attachments, DownloadFault, Downloads, Fault, File, Sink, UPLOAD_BYTES_MAX, Uploaded,
};
use reqwest::Method;
use serde_json::json;

use super::Connection;
use super::call::{Call, Host};

const UPLOAD: &str = "/v0/{base}/{record}/{field}/uploadAttachment";

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
        Ok(self.inner.files.download(url, bytes_max, sink).await?.bytes)
    }
}
