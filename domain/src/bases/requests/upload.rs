//! A file in the request itself. Unsettled: how one is refused that has no name, no type or no bytes.

use super::Body;
use crate::bases::errors::ApiError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub name: String,
    pub media_type: String,
    /// Base64 in one line: Python's encoder breaks lines.
    pub packed: Vec<u8>,
}

impl Upload {
    pub fn of(body: &Body) -> Result<Self, ApiError> {
        let text = |name: &str| body.get(name).and_then(|text| text.as_str()).ok_or(ApiError::InvalidRequest);
        let (name, media_type) = (text("filename")?.to_owned(), text("contentType")?.to_owned());
        let packed = text("file")?.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        Ok(Self { name, media_type, packed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_in_one_line() {
        let body = Body::parse(br#"{"filename":"a.txt","contentType":"text/plain","file":"YWJj\nZGVm\n"}"#);
        let upload = Upload::of(&body.unwrap()).unwrap();
        assert_eq!((upload.name.as_str(), upload.media_type.as_str()), ("a.txt", "text/plain"));
        assert_eq!(upload.packed, b"YWJjZGVm");
    }

    #[test]
    fn a_file_without_name_type_or_bytes_is_refused() {
        for body in [
            r#"{}"#,
            r#"{"filename":"a","contentType":"b"}"#,
            r#"{"filename":"a","file":"","contentType":1}"#,
        ] {
            let body = Body::parse(body.as_bytes()).unwrap();
            assert_eq!(Upload::of(&body), Err(ApiError::InvalidRequest));
        }
    }
}
