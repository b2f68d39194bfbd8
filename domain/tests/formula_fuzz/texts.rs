//! Texts that are formulas, that nearly are, and that are none.

use domain::bases::formula::{Function, functions};

use crate::random::Random;
use crate::rows::FIELDS;

const SIGNS: [&str; 24] = [
    "(", ")", ",", "+", "-", "*", "/", "&", "=", "!=", "<", "<=", ">", ">=", "!", "{", "}", "\\", "'", "\"",
    "“", ".", " ", "\n",
];
const OPERATORS: [&str; 11] = ["*", "/", "+", "-", "&", "=", "!=", "<", "<=", ">", ">="];
const CONTENTS: [&str; 34] = [
    "",
    "a",
    "days",
    "month",
    "2024-02-29",
    "2024-01-02T03:04:05.000Z",
    "YYYY-MM-DD HH:mm",
    "[at] LLLL",
    "a.*b",
    "(",
    "(a|b)*c",
    "[^x]+",
    "\\p{L}{1,50}",
    "(?i)é",
    "^$",
    "$1",
    "5",
    "-1.5e3",
    "1e999",
    "Europe/Berlin",
    "America/Nowhere",
    "de",
    "Monday",
    "02/17/2013 7:31",
    "9999-12-31",
    "0000-01-01",
    "ms",
    "İ",
    "ß",
    "😀",
    "\u{0}",
    "\u{301}",
    "\u{feff}",
    "%C3%A9",
];
const NUMBERS: [&str; 14] = [
    "0",
    "1",
    "2",
    "3",
    ".5",
    "5.",
    "0.1",
    "100",
    "1000",
    "100000",
    "4294967296",
    "9007199254740993",
    "1.7976931348623157",
    "40000",
];
const OPENERS: [(&str, &str); 9] = [
    ("(", ")"),
    ("-(", ")"),
    ("NOT(", ")"),
    ("IF(1,", ")"),
    ("IF(", ",1,2)"),
    ("1=1&1+1*(", ")"),
    ("SWITCH(2,1,1,", ")"),
    ("AND(Text,OR(", "))"),
    ("-", ""),
];

/// A text, and what kind of text it is.
pub fn draw(random: &mut Random) -> (&'static str, String) {
    match random.below(100) {
        0..=39 => ("a formula", formula(random, 5)),
        40..=69 => {
            let text = formula(random, 4);
            ("a formula that was spoilt", spoilt(random, text))
        }
        70..=79 => ("words", words(random, 60)),
        80..=89 => ("signs", (0..random.below(200)).map(|_| letter(random)).collect()),
        90..=95 => ("nesting", nested(random)),
        96 | 97 => ("many terms", broad(random)),
        _ => ("a long text", long(random)),
    }
}

/// What may stand in a text or a cell.
pub fn content(random: &mut Random) -> String {
    match random.below(6) {
        0 => (0..random.below(12)).map(|_| letter(random)).collect(),
        _ => random.one_of(&CONTENTS).to_owned(),
    }
}

fn letter(random: &mut Random) -> char {
    let end = random.one_of(&[0x80, 0x800, 0x11_0000]);
    char::from_u32(random.below(end) as u32).unwrap_or('\u{fffd}')
}

/// That is read, whatever its value may be.
fn formula(random: &mut Random, depth: u64) -> String {
    if depth == 0 || random.once_in(6) {
        return primary(random);
    }
    match random.below(8) {
        0 => format!("({})", formula(random, depth - 1)),
        1 => format!("-{}", formula(random, depth - 1)),
        2 | 3 => {
            let operator = random.one_of(&OPERATORS);
            format!("{} {operator} {}", formula(random, depth - 1), formula(random, depth - 1))
        }
        _ => {
            let all: Vec<&Function> = functions().collect();
            let function = random.one_of(&all);
            call(random, function, depth)
        }
    }
}

fn call(random: &mut Random, function: &Function, depth: u64) -> String {
    let mut count = random.between(0, 5) as usize;
    while !function.takes(count) {
        count = (count + 1) % 6;
    }
    let arguments: Vec<String> = (0..count).map(|_| formula(random, depth - 1)).collect();
    format!("{}({})", function.name, arguments.join(", "))
}

fn primary(random: &mut Random) -> String {
    match random.below(3) {
        0 => random.one_of(&NUMBERS).to_owned(),
        1 => field(random),
        _ => quoted(&content(random)),
    }
}

fn field(random: &mut Random) -> String {
    let (id, name) = random.one_of(&FIELDS);
    let written = if random.once_in(2) { id } else { name };
    format!("{{{}}}", written.replace('}', "\\}"))
}

fn quoted(content: &str) -> String {
    format!("'{}'", content.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// A word put in, a part left out, doubled or moved.
fn spoilt(random: &mut Random, text: String) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..random.between(1, 3) {
        let place = |random: &mut Random, length: usize| random.below(length as u64 + 1) as usize;
        let (one, other) = (place(random, letters.len()), place(random, letters.len()));
        let (from, to) = (one.min(other), one.max(other).min(one.min(other) + 20));
        match random.below(4) {
            0 => drop(letters.drain(from..to)),
            1 => {
                let part = letters[from..to].to_vec();
                letters.splice(from..from, part);
            }
            2 => letters[from..to].reverse(),
            _ => {
                let word: Vec<char> = word(random).chars().collect();
                letters.splice(from..from, word);
            }
        }
    }
    letters.into_iter().collect()
}

fn word(random: &mut Random) -> String {
    match random.below(4) {
        0 | 1 => random.one_of(&SIGNS).to_owned(),
        2 => primary(random),
        _ => format!("{}(", functions().nth(random.below(79) as usize).map_or("", |function| function.name)),
    }
}

fn words(random: &mut Random, most: u64) -> String {
    (0..random.below(most)).map(|_| word(random)).collect()
}

fn nested(random: &mut Random) -> String {
    let (open, close) = random.one_of(&OPENERS);
    let depth = random.one_of(&[10, 63, 127, 253, 254, 255, 256, 257, 1_000, 30_000]);
    let closed = if random.once_in(8) { random.below(depth + 1) } else { depth };
    format!("{}{}{}", open.repeat(depth as usize), primary(random), close.repeat(closed as usize))
}

/// The same part again and again, up to as long as a formula may be.
fn broad(random: &mut Random) -> String {
    let (open, between, close) = random.one_of(&[
        ("AND(", ",", ")"),
        ("OR(", ",", ")"),
        ("CONCATENATE(", ",", ")"),
        ("MAX(", ",", ")"),
        ("SWITCH(Text,1,2,", ",", ")"),
        ("LEN(ARRAYFLATTEN(", ",", "))"),
        ("", "&", ""),
        ("", "+", ""),
        ("", "=", ""),
        ("", "*", ""),
    ]);
    let part = match random.below(4) {
        0 => "REPT('xy', 50000)".to_owned(),
        1 => "SUBSTITUTE(REPT('a', 1000), 'a', Text)".to_owned(),
        _ => formula(random, 2),
    };
    let most = random.one_of(&[1_000, 1_000, 1_000, 20_000, 99_000]);
    let count = most / (part.len() + between.len());
    format!("{open}{}{close}", vec![part; count.max(1)].join(between))
}

fn long(random: &mut Random) -> String {
    let length = random.one_of(&[17_000, 49_000, 90_000, 120_000]);
    let content = random.one_of(&["x", "\\\\", "é", "😀", "1", " ", "{", "(", "\n"]);
    let text = content.repeat(length / content.len());
    match random.below(5) {
        0 => text,
        1 => format!("'{text}' & Text"),
        2 => format!("FIND('{text}', Text)"),
        3 => format!("REGEX_MATCH('{text}', 'a.*b')"),
        _ => format!("{{{text}}}"),
    }
}
