//! The bytes of a file that was sent as text.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use domain::bases::errors::ApiError;
use domain::bases::ports::UPLOAD_BYTES_MAX;
use domain::bases::requests::Upload;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Unsettled: how a file is refused that is too large, or no base64.
pub fn unpacked(upload: &Upload) -> Result<Vec<u8>, ApiError> {
    let bytes = BASE64.decode(&upload.packed).map_err(|_| ApiError::InvalidRequest)?;
    if bytes.len() > UPLOAD_BYTES_MAX { Err(ApiError::RequestTooLarge) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(packed: &str) -> Result<Vec<u8>, ApiError> {
        let packed = packed.as_bytes().to_vec();
        unpacked(&Upload { name: "a".into(), media_type: "text/plain".into(), packed })
    }

    #[test]
    fn what_was_packed_is_unpacked_with_its_end_filled_up_or_not() {
        assert_eq!(sent("YWJj").as_deref(), Ok(&b"abc"[..]));
        assert_eq!(sent("YQ==").as_deref(), Ok(&b"a"[..]));
        assert_eq!(sent("YQ").as_deref(), Ok(&b"a"[..]));
        assert_eq!(sent("Y!Q"), Err(ApiError::InvalidRequest));
    }

    #[test]
    fn a_file_of_five_megabytes_is_taken_and_a_larger_one_is_not() {
        let packed = |bytes| BASE64.encode(vec![0; bytes]);
        assert_eq!(sent(&packed(UPLOAD_BYTES_MAX)).map(|bytes| bytes.len()), Ok(UPLOAD_BYTES_MAX));
        assert_eq!(sent(&packed(UPLOAD_BYTES_MAX + 1)), Err(ApiError::RequestTooLarge));
    }
}
