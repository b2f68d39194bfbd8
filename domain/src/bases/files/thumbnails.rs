//! The smaller images that an attachment names beside its own.

/// What they are called, and the width and height they keep within. Unsettled: that none is larger than its image.
const THUMBNAILS: [(&str, (u32, u32)); 3] =
    [("small", (u32::MAX, 36)), ("large", (512, 512)), ("full", (3_000, 3_000))];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thumbnail {
    pub called: &'static str,
    pub width: u32,
    pub height: u32,
}

/// Those of an image of a size.
pub fn thumbnails(width: u32, height: u32) -> [Thumbnail; 3] {
    THUMBNAILS.map(|(called, within)| {
        let (width, height) = fitted((width, height), within);
        Thumbnail { called, width, height }
    })
}

fn fitted((width, height): (u32, u32), (width_max, height_max): (u32, u32)) -> (u32, u32) {
    let scale = |side: u32, max: u32| f64::from(max) / f64::from(side.max(1));
    let scale = scale(width, width_max).min(scale(height, height_max)).min(1.0);
    let scaled = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    (scaled(width), scaled(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_shrunk_to_fit_and_never_grows() {
        let sizes = |width, height| thumbnails(width, height).map(|it| (it.called, it.width, it.height));
        assert_eq!(sizes(1024, 768), [("small", 48, 36), ("large", 512, 384), ("full", 1024, 768)]);
        assert_eq!(sizes(1, 1), [("small", 1, 1), ("large", 1, 1), ("full", 1, 1)]);
        assert_eq!(sizes(0, u32::MAX).map(|(_, width, _)| width), [1, 1, 1]);
    }
}
