//! One file on its way from its address into the store.

use async_trait::async_trait;
use domain::bases::cells::Attachment;
use domain::bases::files::{HEAD_BYTES, known, named};
use domain::bases::ports::{
    BlobFault, Blobs, DownloadFault, Downloaded, Downloads, Incoming, Kept, Sink, SinkBroken,
};
use domain::identity::TenantId;

pub type Fetched = Result<Attachment, FetchFault>;

/// Of what there was before, and is made anew when files are told.
const THUMBNAILS: &str = "thumbnails";

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchFault {
    #[error(transparent)]
    Download(#[from] DownloadFault),
    #[error(transparent)]
    Blob(#[from] BlobFault),
}

impl FetchFault {
    pub fn retry_helps(&self) -> bool {
        match self {
            Self::Download(fault) => fault.retry_helps(),
            Self::Blob(fault) => fault.retry_helps(),
        }
    }
}

/// What is known of the attachment once its bytes are kept.
pub async fn fetch(
    downloads: &dyn Downloads,
    blobs: &dyn Blobs,
    tenant: &TenantId,
    wanted: &Attachment,
    bytes_max: u64,
) -> Fetched {
    let mut taking = Taking { head: Vec::new(), incoming: blobs.begin(tenant, bytes_max).await? };
    let downloaded = downloads.download(&wanted.url, bytes_max, &mut taking).await?;
    let Taking { head, incoming } = taking;
    let kept = incoming.finish().await?;
    Ok(described(wanted, &head, &downloaded, kept))
}

fn described(wanted: &Attachment, head: &[u8], downloaded: &Downloaded, kept: Kept) -> Attachment {
    let mut all = wanted.known.clone();
    all.remove(THUMBNAILS);
    all.extend(known(head, kept.bytes, downloaded.media_type.as_deref()));
    Attachment {
        id: wanted.id,
        url: kept.hash.to_url(),
        filename: Some(named(wanted.filename.as_deref(), &downloaded.name)),
        known: all,
    }
}

/// Keeps the beginning at hand while everything goes into the store.
struct Taking {
    head: Vec<u8>,
    incoming: Box<dyn Incoming>,
}

#[async_trait]
impl Sink for Taking {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), SinkBroken> {
        let room = HEAD_BYTES - self.head.len();
        self.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.incoming.write(bytes).await
    }
}

#[cfg(test)]
mod tests {
    use domain::bases::files::BlobHash;
    use domain::bases::ids::AttachmentId;
    use serde_json::{Value, json};

    use super::*;

    fn wanted(known: Value) -> Attachment {
        let id = AttachmentId::parse("attOne00000000000").unwrap();
        let Value::Object(known) = known else { panic!("an object") };
        Attachment { id, url: "https://example.org/a.gif".into(), filename: None, known }
    }

    #[test]
    fn a_file_is_known_by_its_bytes_and_keeps_what_only_others_could_know() {
        let wanted = wanted(json!({ "height": 9, "size": 1, "thumbnails": {} }));
        let downloaded = Downloaded { bytes: 5, media_type: Some("text/plain".into()), name: "a.gif".into() };
        let kept = Kept { hash: BlobHash::new([1; 32]), bytes: 5 };
        let file = described(&wanted, b"plain", &downloaded, kept);
        assert_eq!((file.id, file.url, file.filename), (wanted.id, kept.hash.to_url(), Some("a.gif".into())));
        assert_eq!(Value::Object(file.known), json!({ "height": 9, "size": 5, "type": "text/plain" }));
    }
}
