//! The addresses that files are given: anew with every answer, since each is good for a while only. Thumbnails have addresses
//! of their own, below which the whole image lies.

use std::borrow::Cow;
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use domain::bases::cells::{Attachment, CellValue};
use domain::bases::files::thumbnails;
use domain::bases::ids::AttachmentId;
use domain::bases::table::Record;
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{FOLDER, Files};
use crate::airtable::app::App;

const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// The addresses of one answer.
pub struct Addresses<'a> {
    files: &'a Files,
    origin: &'a str,
    until: Timestamp,
}

/// Why an address leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    Forged,
    Ended,
}

impl<'a> Addresses<'a> {
    pub fn new(app: &'a App, origin: &'a str, at: Timestamp) -> Self {
        let good_for = Duration::from_secs(app.knobs().attachments.url_seconds);
        let until = at.checked_add(good_for).unwrap_or(Timestamp::MAX);
        Self { files: &app.files, origin, until }
    }

    /// Gives every attachment in a value that was said an address of now, wherever it stands. What is not fetched yet
    /// keeps the address it was given by.
    pub fn fresh(&self, said: &mut Value) {
        match said {
            Value::Array(list) => list.iter_mut().for_each(|one| self.fresh(one)),
            Value::Object(object) => match self.kept(object) {
                Some(id) => self.put(id, object),
                None => object.values_mut().for_each(|one| self.fresh(one)),
            },
            _ => {}
        }
    }

    /// The same for a record whose cells are to be said as texts, in which the address stands behind the name.
    pub fn in_cells<'r>(&self, record: &'r Record) -> Cow<'r, Record> {
        let mut fresh = Cow::Borrowed(record);
        for (field, cell) in &record.cells {
            let CellValue::Attachments(all) = cell else { continue };
            let all = all.iter().cloned().map(|one| self.in_attachment(one)).collect();
            fresh.to_mut().cells.insert(*field, CellValue::Attachments(all));
        }
        fresh
    }

    fn in_attachment(&self, attachment: Attachment) -> Attachment {
        if !self.files.has(attachment.id) {
            return attachment;
        }
        let url = self.address(attachment.id, attachment.filename.as_deref().unwrap_or_default());
        Attachment { url, ..attachment }
    }

    fn kept(&self, object: &Map<String, Value>) -> Option<AttachmentId> {
        let id = AttachmentId::parse(object.get("id")?.as_str()?).ok()?;
        self.files.has(id).then_some(id)
    }

    fn put(&self, id: AttachmentId, object: &mut Map<String, Value>) {
        let name = object.get("filename").and_then(Value::as_str).unwrap_or_default().to_owned();
        object.insert("url".into(), json!(self.address(id, &name)));
        let (below, name) = (self.below(id), utf8_percent_encode(&name, ESCAPED));
        let pixels = |side: &str| object.get(side)?.as_u64()?.try_into().ok();
        if let Some((width, height)) = pixels("width").zip(pixels("height")) {
            let said = thumbnails(width, height).map(|it| {
                let url = format!("{below}/{}/{name}", it.called);
                (it.called.to_owned(), json!({ "url": url, "width": it.width, "height": it.height }))
            });
            object.insert("thumbnails".into(), Value::Object(said.into_iter().collect()));
        }
    }

    fn address(&self, id: AttachmentId, name: &str) -> String {
        format!("{}/{}", self.below(id), utf8_percent_encode(name, ESCAPED))
    }

    /// All that follows is for people to read.
    fn below(&self, id: AttachmentId) -> String {
        let until = self.until.as_millisecond();
        let signature = self.files.signature(&signed(id, until));
        format!("{}/{FOLDER}/{id}/{until}/{signature}", self.origin)
    }
}

/// Whether an address that was given is good still.
pub fn check(
    files: &Files,
    id: AttachmentId,
    until: &str,
    signature: &str,
    now: Timestamp,
) -> Result<(), Closed> {
    let until: i64 = until.parse().map_err(|_| Closed::Forged)?;
    let ours = files.signature(&signed(id, until));
    verify_slices_are_equal(ours.as_bytes(), signature.as_bytes()).map_err(|_| Closed::Forged)?;
    if now.as_millisecond() < until { Ok(()) } else { Err(Closed::Ended) }
}

fn signed(id: AttachmentId, until: i64) -> String {
    format!("{id}/{until}")
}
