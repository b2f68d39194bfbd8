//! What an attachment says of its file once the bytes are there.

use serde_json::{Map, Value, json};

use super::image;

/// As much of a file is enough to tell what it is.
pub const HEAD_BYTES: usize = 64 * 1024;
/// Of what says nothing of its type.
pub const UNKNOWN_TYPE: &str = "application/octet-stream";
/// What a file is called whose address ends in nothing.
const UNNAMED: &str = "attachment";
/// Bytes of a name, and of a type, that are taken over from whoever sent the file.
const NAME_BYTES_MAX: usize = 255;
const TYPE_BYTES_MAX: usize = 127;

/// `head`: the first [`HEAD_BYTES`], or all there are. What is an image is known as one where nothing is said of its type.
pub fn known(head: &[u8], size: u64, media_type: Option<&str>) -> Map<String, Value> {
    let image = image::recognized(head);
    let seen = image.map_or(UNKNOWN_TYPE, |image| image.media_type);
    let said = media_type.map(essence).filter(|said| is_media_type(said));
    let mut known = Map::new();
    known.insert("size".into(), json!(size));
    known.insert("type".into(), json!(said.unwrap_or(seen)));
    if let Some(image) = image {
        known.insert("width".into(), json!(image.width));
        known.insert("height".into(), json!(image.height));
    }
    known
}

fn essence(said: &str) -> &str {
    said.split(';').next().unwrap_or(said).trim()
}

/// `type/subtype`, of the letters that HTTP allows there.
fn is_media_type(text: &str) -> bool {
    let is_token = |part: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        !part.is_empty() && part.bytes().all(fits)
    };
    let parts = text.split_once('/');
    text.len() <= TYPE_BYTES_MAX && parts.is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

/// What a file is called: as was wished, or as the last part of the path it came from, decoded. Unsettled: the latter, and what is
/// cut off.
pub fn named(wished: Option<&str>, last_of_path: &str) -> String {
    let wished = wished.filter(|name| !name.trim().is_empty());
    let name = wished.unwrap_or(last_of_path);
    let plain: String = name.chars().filter(|letter| !letter.is_control()).collect();
    let end = plain.floor_char_boundary(NAME_BYTES_MAX);
    if plain[..end].trim().is_empty() { UNNAMED.into() } else { plain[..end].to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GIF: &[u8] = b"GIF89a\x02\x01\x03\0\x80";

    #[test]
    fn an_image_says_how_large_it_is() {
        let expected = json!({ "size": 11, "type": "image/gif", "width": 258, "height": 3 });
        assert_eq!(Value::Object(known(GIF, 11, None)), expected);
    }

    #[test]
    fn a_type_is_believed_where_it_is_one() {
        let type_of = |said| known(b"plain", 5, said)["type"].clone();
        assert_eq!(type_of(Some("text/plain; charset=utf-8")), "text/plain");
        assert_eq!(type_of(Some("image/svg+xml")), "image/svg+xml");
        for none in
            [None, Some(""), Some("text"), Some("text/plain\r\nx: y"), Some("te xt/plain"), Some("a/b/c")]
        {
            assert_eq!(type_of(none), UNKNOWN_TYPE, "{none:?}");
        }
    }

    #[test]
    fn a_file_has_the_name_it_was_given_or_that_of_its_address() {
        assert_eq!(named(Some("report.pdf"), "x.bin"), "report.pdf");
        assert_eq!(named(None, "x.bin"), "x.bin");
        assert_eq!(named(Some(" "), ""), "attachment");
        assert_eq!(named(Some("a\r\nb"), ""), "ab");
    }

    proptest! {
        #[test]
        fn a_name_is_short_and_never_empty(wished in prop::option::of("\\PC{0,300}"), last in "\\PC{0,300}") {
            let name = named(wished.as_deref(), &last);
            prop_assert!(!name.is_empty() && name.len() <= NAME_BYTES_MAX);
        }
    }
}
