//! A file, and what an attachment says of it.

use domain::bases::cells::Attachment;
use domain::bases::files::{UNKNOWN_TYPE, recognized};
use hyper::body::Bytes;
use serde_json::{Map, Value, json};

/// Airtable fetches files of up to a gigabyte; here no file is larger than what may be uploaded.
pub const BYTES_MAX: usize = 5 << 20;

#[derive(Debug, Clone, PartialEq)]
pub struct File {
    pub bytes: Bytes,
    pub name: String,
    /// As HTTP calls it: `image/png`.
    pub media_type: String,
}

impl File {
    /// What is an image is known as one where nothing is said of its type.
    pub fn new(bytes: Bytes, name: String, media_type: Option<String>) -> Self {
        let seen = || recognized(&bytes).map_or(UNKNOWN_TYPE, |image| image.media_type).to_owned();
        let media_type = media_type.filter(|given| !given.is_empty()).unwrap_or_else(seen);
        Self { bytes, name, media_type }
    }

    /// What the attachment says from now on.
    pub fn describe(&self, attachment: &mut Attachment) {
        attachment.filename = Some(self.name.clone());
        attachment.known = self.known();
    }

    pub fn known(&self) -> Map<String, Value> {
        let mut known = Map::new();
        known.insert("size".into(), json!(self.bytes.len()));
        known.insert("type".into(), json!(self.media_type));
        if let Some(image) = recognized(&self.bytes) {
            known.insert("width".into(), json!(image.width));
            known.insert("height".into(), json!(image.height));
        }
        known
    }
}
