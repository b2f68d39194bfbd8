//! Which bytes of a file are asked for.

use std::ops::Range;

/// What a request wants of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    All,
    Some(Range<u64>),
    /// Nothing of it is there.
    Beyond,
}

/// One range is served; of several the whole is given, as of what cannot be read.
pub fn part(asked: Option<&str>, size: u64) -> Part {
    let Some((first, last)) = asked.and_then(|asked| asked.trim().strip_prefix("bytes=")?.split_once('-'))
    else {
        return Part::All;
    };
    let range = match (number(first), number(last)) {
        (Number::None, Number::Some(length)) => size.saturating_sub(length)..size,
        (Number::Some(first), Number::None) => first..size,
        (Number::Some(first), Number::Some(last)) if first <= last => first..last.saturating_add(1).min(size),
        _ => return Part::All,
    };
    if range.is_empty() { Part::Beyond } else { Part::Some(range) }
}

enum Number {
    None,
    Some(u64),
    Wrong,
}

/// What is too large for a number lies beyond every file.
fn number(text: &str) -> Number {
    match text.trim() {
        "" => Number::None,
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Number::Some(digits.parse().unwrap_or(u64::MAX))
        }
        _ => Number::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_range_is_read_from_either_end() {
        assert_eq!(part(Some("bytes=0-3"), 10), Part::Some(0..4));
        assert_eq!(part(Some("bytes=7-"), 10), Part::Some(7..10));
        assert_eq!(part(Some("bytes=-3"), 10), Part::Some(7..10));
        assert_eq!(part(Some("bytes=-30"), 10), Part::Some(0..10));
        assert_eq!(part(Some("bytes=7-99999999999999999999"), 10), Part::Some(7..10));
    }

    #[test]
    fn what_is_beyond_the_end_is_not_there() {
        for beyond in ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999-"] {
            assert_eq!(part(Some(beyond), 10), Part::Beyond, "{beyond}");
        }
    }

    #[test]
    fn what_is_no_single_range_is_not_heeded() {
        for whole in ["bytes=0-1,3-4", "bytes=3-1", "bytes=-", "bytes=a-b", "lines=0-3", ""] {
            assert_eq!(part(Some(whole), 10), Part::All, "{whole}");
        }
        assert_eq!(part(None, 10), Part::All);
    }

    proptest! {
        #[test]
        fn whatever_is_asked_lies_in_the_file(
            asked in "\\PC{0,20}|bytes=[0-9]{0,21}-[0-9]{0,21}", size in 0..100_u64
        ) {
            if let Part::Some(range) = part(Some(&asked), size) {
                prop_assert!(range.start < range.end && range.end <= size);
            }
        }
    }
}
