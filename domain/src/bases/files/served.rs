//! Answers name the files that are stored here by addresses of our own, which end after a while; what is not fetched yet keeps the
//! address it was given by. Cells know neither: they hold the hash.

use serde_json::{Map, Value, json};

use super::{BlobHash, UNKNOWN_TYPE, thumbnails};
use crate::bases::cells::{Attachment, CellValue};
use crate::bases::ids::AttachmentId;

/// Says where files are given out.
pub trait Addresses {
    fn of(&self, file: &StoredFile<'_>) -> String;
}

/// What an address must lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredFile<'a> {
    pub attachment: AttachmentId,
    pub hash: BlobHash,
    pub name: &'a str,
    pub media_type: &'a str,
}

/// Gives every stored file in a cell that was said its address, wherever it stands. Of a record only those cells are to be asked
/// that may hold files.
pub fn served(said: &mut Value, addresses: &dyn Addresses) {
    match said {
        Value::Array(list) => list.iter_mut().for_each(|one| served(one, addresses)),
        Value::Object(object) => match stored(object) {
            Some(file) => {
                let url = addresses.of(&file);
                put(object, url);
            }
            None => object.values_mut().for_each(|one| served(one, addresses)),
        },
        _ => {}
    }
}

fn stored(object: &Map<String, Value>) -> Option<StoredFile<'_>> {
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    Some(StoredFile {
        hash: BlobHash::of_url(text("url")?)?,
        attachment: AttachmentId::parse(text("id")?).ok()?,
        name: text("filename").unwrap_or_default(),
        media_type: text("type").unwrap_or(UNKNOWN_TYPE),
    })
}

/// Behind the address of each thumbnail lies the whole image.
fn put(object: &mut Map<String, Value>, url: String) {
    let side = |key: &str| object.get(key)?.as_u64()?.try_into().ok();
    if let Some((width, height)) = side("width").zip(side("height")) {
        let said = thumbnails(width, height)
            .map(|it| (it.called.to_owned(), json!({ "url": url, "width": it.width, "height": it.height })));
        object.insert("thumbnails".into(), Value::Object(said.into_iter().collect()));
    }
    object.insert("url".into(), url.into());
}

/// The same for a value that is to be said as a text, in which the address stands behind the name.
pub fn addressed(value: CellValue, addresses: &dyn Addresses) -> CellValue {
    use CellValue as C;
    let all = |values: Vec<CellValue>| values.into_iter().map(|one| addressed(one, addresses)).collect();
    match value {
        C::Attachments(files) => C::Attachments(files.into_iter().map(|one| file(one, addresses)).collect()),
        C::List(values) => C::List(all(values)),
        C::Lookup(by_record) => {
            C::Lookup(by_record.into_iter().map(|(record, values)| (record, all(values))).collect())
        }
        other => other,
    }
}

fn file(attachment: Attachment, addresses: &dyn Addresses) -> Attachment {
    let Some(hash) = BlobHash::of_url(&attachment.url) else { return attachment };
    let url = addresses.of(&StoredFile {
        attachment: attachment.id,
        hash,
        name: attachment.filename.as_deref().unwrap_or_default(),
        media_type: attachment.known.get("type").and_then(Value::as_str).unwrap_or(UNKNOWN_TYPE),
    });
    Attachment { url, ..attachment }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Named;

    impl Addresses for Named {
        fn of(&self, file: &StoredFile<'_>) -> String {
            format!("https://files/{}/{}?{}", file.attachment, file.name, file.media_type)
        }
    }

    fn image() -> Value {
        let url = BlobHash::new([7; 32]).to_url();
        json!({ "id": "attImage000000000", "url": url, "filename": "a.png", "type": "image/png", "width": 100, "height": 50 })
    }

    const ADDRESS: &str = "https://files/attImage000000000/a.png?image/png";

    #[test]
    fn a_stored_file_is_named_by_an_address_of_ours_wherever_it_stands() {
        for mut cell in [json!([image()]), json!({ "valuesByLinkedRecordId": { "recA": [[image()]] } })] {
            served(&mut cell, &Named);
            let text = cell.to_string();
            assert!(text.contains(ADDRESS) && !text.contains("blob:"), "{text}");
        }
    }

    #[test]
    fn an_image_has_thumbnails() {
        let mut cell = image();
        served(&mut cell, &Named);
        assert_eq!(cell["thumbnails"]["small"], json!({ "url": ADDRESS, "width": 72, "height": 36 }));
        assert_eq!(cell["thumbnails"].as_object().unwrap().len(), 3);
    }

    #[test]
    fn what_is_not_stored_here_is_left_as_it_is() {
        let foreign = json!([
            { "id": "attImage000000000", "url": "https://example.org/a.png" },
            { "id": "no id", "url": BlobHash::new([7; 32]).to_url() },
            "blob:", 7, null
        ]);
        let mut cell = foreign.clone();
        served(&mut cell, &Named);
        assert_eq!(cell, foreign);
    }

    #[test]
    fn texts_name_it_too() {
        let attachment: Attachment = serde_json::from_value(image()).unwrap();
        let value = CellValue::List(vec![CellValue::Attachments(vec![attachment])]);
        let CellValue::List(all) = addressed(value, &Named) else { panic!("a list") };
        let CellValue::Attachments(files) = &all[0] else { panic!("files") };
        assert_eq!(files[0].url, ADDRESS);
    }
}
