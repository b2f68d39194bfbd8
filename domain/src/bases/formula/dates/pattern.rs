//! Patterns of dates: the tokens of moment.js, with text in brackets between them.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    Token(&'a str),
    Literal(&'a str),
}

/// Longest first, so that `MMMM` is not read as twice `MM`.
const TOKENS: [&str; 58] = [
    "YYYY", "gggg", "GGGG", "MMMM", "DDDD", "DDDo", "dddd", "LLLL", "llll", "MMM", "DDD", "ddd", "LLL",
    "lll", "LTS", "SSS", "YY", "gg", "GG", "Qo", "Mo", "MM", "Do", "DD", "do", "dd", "wo", "ww", "Wo", "WW",
    "HH", "hh", "kk", "mm", "ss", "SS", "ZZ", "zz", "LT", "LL", "ll", "Y", "Q", "M", "D", "d", "e", "E", "w",
    "W", "H", "h", "k", "m", "s", "S", "A", "a",
];
const LATER_TOKENS: [&str; 6] = ["Z", "z", "X", "x", "L", "l"];

/// Cuts a pattern into its parts.
pub fn parts(pattern: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let (part, length) = next(rest, first);
        parts.push(part);
        rest = &rest[length..];
    }
    parts
}

fn next(rest: &str, first: char) -> (Part<'_>, usize) {
    if first == '['
        && let Some(end) = rest.find(']')
    {
        return (Part::Literal(&rest[1..end]), end + 1);
    }
    let mut tokens = TOKENS.iter().chain(&LATER_TOKENS);
    match tokens.find(|token| rest.starts_with(**token)) {
        Some(token) => (Part::Token(&rest[..token.len()]), token.len()),
        None => (Part::Literal(&rest[..first.len_utf8()]), first.len_utf8()),
    }
}

/// What a token of a whole layout stands for, in English.
pub fn layout(token: &str) -> Option<&'static str> {
    let pattern = match token {
        "LT" => "h:mm A",
        "LTS" => "h:mm:ss A",
        "L" => "MM/DD/YYYY",
        "LL" => "MMMM D, YYYY",
        "LLL" => "MMMM D, YYYY h:mm A",
        "LLLL" => "dddd, MMMM D, YYYY h:mm A",
        "l" => "M/D/YYYY",
        "ll" => "MMM D, YYYY",
        "lll" => "MMM D, YYYY h:mm A",
        "llll" => "ddd, MMM D, YYYY h:mm A",
        _ => return None,
    };
    Some(pattern)
}
