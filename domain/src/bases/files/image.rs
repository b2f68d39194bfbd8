//! How large an image is, read from the first of its bytes.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    pub media_type: &'static str,
    pub width: u32,
    pub height: u32,
}

/// As much of a drawing is looked at.
const SVG_HEAD: usize = 4096;

/// Nothing for what is no image, or of no kind that is known here.
pub fn recognized(bytes: &[u8]) -> Option<Image> {
    let is = |media_type, (width, height)| Image { media_type, width, height };
    png(bytes)
        .map(|size| is("image/png", size))
        .or_else(|| gif(bytes).map(|size| is("image/gif", size)))
        .or_else(|| jpeg(bytes).map(|size| is("image/jpeg", size)))
        .or_else(|| svg(bytes).map(|size| is("image/svg+xml", size)))
}

fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let head = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let number = |at: usize| Some(u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?));
    Some((number(8)?, number(12)?))
}

fn gif(bytes: &[u8]) -> Option<(u32, u32)> {
    let rest = bytes.strip_prefix(b"GIF87a").or_else(|| bytes.strip_prefix(b"GIF89a"))?;
    let number = |at: usize| Some(u16::from_le_bytes(rest.get(at..at + 2)?.try_into().ok()?).into());
    Some((number(0)?, number(2)?))
}

/// The size stands in the segment that starts a frame, behind others.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    while let [0xff, marker, body @ ..] = rest {
        let short = |at: usize| Some(u16::from_be_bytes(body.get(at..at + 2)?.try_into().ok()?));
        match marker {
            0xff => rest = rest.get(1..)?,
            // Tables of codes and arithmetic conditions lie among the starts of frames.
            0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(marker) => {
                return Some((short(5)?.into(), short(3)?.into()));
            }
            _ => rest = body.get(usize::from(short(0)?)..)?,
        }
    }
    None
}

/// By its width and height, or by its view box where those are no numbers of pixels.
fn svg(bytes: &[u8]) -> Option<(u32, u32)> {
    let head = String::from_utf8_lossy(bytes.get(..SVG_HEAD).unwrap_or(bytes));
    let is_markup = head.trim_start().starts_with('<');
    let (_, tag) = head.split_once("<svg").filter(|_| is_markup)?;
    let tag = tag.split('>').next()?;
    let pixels = |name| attribute(tag, name)?.trim_end_matches("px").trim().parse::<f64>().ok();
    let (width, height) = pixels("width").zip(pixels("height")).or_else(|| view_box(tag))?;
    Some((width.round() as u32, height.round() as u32))
}

fn view_box(tag: &str) -> Option<(f64, f64)> {
    let numbers = attribute(tag, "viewBox")?.split([' ', ',']).filter(|part| !part.is_empty());
    let numbers: Vec<f64> = numbers.map_while(|part| part.parse().ok()).collect();
    Some((*numbers.get(2)?, *numbers.get(3)?))
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut found = tag.match_indices(name).filter(|(at, _)| tag[..*at].ends_with(char::is_whitespace));
    found.find_map(|(at, _)| {
        let value = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        value[1..].split(quote).next()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seen(bytes: &[u8]) -> Option<(&'static str, u32, u32)> {
        recognized(bytes).map(|image| (image.media_type, image.width, image.height))
    }

    #[test]
    fn the_size_of_an_image_is_read_from_its_head() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x01\x02\0\0\0\x03\x08";
        assert_eq!(seen(png), Some(("image/png", 258, 3)));
        assert_eq!(seen(b"GIF89a\x02\x01\x03\0\x80"), Some(("image/gif", 258, 3)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04JF\xff\xc4\0\x03x\xff\xff\xc2\0\x0b\x08\0\x03\x01\x02\x01";
        assert_eq!(seen(jpeg), Some(("image/jpeg", 258, 3)));
    }

    #[test]
    fn a_drawing_says_its_size_or_has_that_of_its_view_box() {
        let svg = |tag: &str| seen(format!("<?xml version=\"1.0\"?>\n{tag}<g/></svg>").as_bytes());
        let is = |width, height| Some(("image/svg+xml", width, height));
        assert_eq!(svg("<svg stroke-width='9' width='30px' height=\"20\">"), is(30, 20));
        assert_eq!(svg("<svg width='100%' height='100%' viewBox='0 0 64.2,48'>"), is(64, 48));
        assert_eq!(svg("<svg>"), None);
        assert_eq!(seen(b"text about <svg width='1' height='1'>"), None);
    }

    proptest! {
        #[test]
        fn whatever_the_bytes_are_they_are_looked_at(
            head in prop::sample::select(vec![
                &b"\x89PNG\r\n\x1a\n"[..], b"GIF89a", b"\xff\xd8\xff", b"<svg width=", b"<svg viewBox='0", b"",
            ]),
            rest in prop::collection::vec(any::<u8>(), 0..60),
        ) {
            let bytes = [head, &rest].concat();
            recognized(&bytes);
        }
    }
}
