//! Whether browsers may show a file. What could run in a page of ours is only ever saved: deny by default.

/// Images without scripts in them, and plain text.
const SHOWN: [&str; 7] =
    ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "text/plain"];
const SHOWN_KINDS: [&str; 2] = ["audio/", "video/"];

/// The value of `Content-Disposition`. The name of the file stands in its address.
pub fn disposition(media_type: &str) -> &'static str {
    let kind = media_type.to_ascii_lowercase();
    let is_shown = SHOWN.contains(&kind.as_str()) || SHOWN_KINDS.iter().any(|shown| kind.starts_with(shown));
    if is_shown { "inline" } else { "attachment" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_and_films_are_shown_and_what_could_run_is_saved() {
        for shown in ["image/png", "IMAGE/JPEG", "video/mp4", "audio/mpeg", "text/plain"] {
            assert_eq!(disposition(shown), "inline", "{shown}");
        }
        let saved =
            ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/pdf", ""];
        for saved in saved {
            assert_eq!(disposition(saved), "attachment", "{saved}");
        }
    }
}
