//! Longer answers go packed to whoever takes them so.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::HeaderMap;
use hyper::header::ACCEPT_ENCODING;

const BYTES_MIN: usize = 1024;

/// Nothing where it is not worth it, or not asked for.
pub fn packed(asked: &HeaderMap, json: &[u8]) -> Option<Vec<u8>> {
    let takes = asked.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).is_some_and(takes_gzip);
    if !takes || json.len() < BYTES_MIN {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(json.len() / 4), Compression::fast());
    encoder.write_all(json).ok()?;
    encoder.finish().ok()
}

fn takes_gzip(header: &str) -> bool {
    header.split(',').any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim() == "gzip" && quality.trim() != "q=0"
    })
}
