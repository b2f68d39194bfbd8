//! Values that give trouble. Those of cells and those in formulas are drawn from the same lists.

use crate::random::Random;

pub const TEXTS: [&str; 44] = [
    "a",
    "A",
    "b",
    "ab",
    "aB",
    "B a",
    "0",
    "1",
    "5",
    "5.0",
    "-1.5",
    "1e21",
    "1e+21",
    "true",
    "NaN",
    "Infinity",
    " ",
    " a",
    "a ",
    "'",
    "\"",
    "\\",
    "\\n",
    "\n",
    "\t",
    "%",
    "_",
    "$1",
    "'; drop table mirror; --",
    "{a}",
    "é",
    "e\u{301}",
    "É",
    "ß",
    "straße",
    "STRASSE",
    "İ",
    "ı",
    "\u{212a}",
    "Σας",
    "😀",
    "\u{e000}",
    "\u{1}",
    "2024-01-02",
];

pub const NUMBERS: [f64; 20] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    2.0,
    5.0,
    -1.5,
    0.1,
    0.30000000000000004,
    0.3,
    1e21,
    1e20,
    1e300,
    f64::MAX,
    f64::MIN_POSITIVE,
    5e-324,
    9007199254740993.0,
    1e-7,
    1704164645000.0,
    -1e-300,
];

pub const DAYS: [&str; 10] = [
    "2024-01-02",
    "2024-01-03",
    "2024-02-29",
    "2023-12-31",
    "1969-12-31",
    "1970-01-01",
    "0001-01-01",
    "9999-12-30",
    "2024-3-1",
    "no day",
];

pub const MOMENTS: [&str; 14] = [
    "2024-01-02T03:04:05.000Z",
    "2024-01-02T03:04:05.001Z",
    "2024-01-02T00:00:00.000Z",
    "2024-01-01T23:59:59.999Z",
    "1969-12-31T23:59:59.999Z",
    "1970-01-01T00:00:00.000Z",
    "0001-01-01T00:00:00.000Z",
    "9999-12-30T22:00:00.000Z",
    "2024-02-29T12:00:00.000Z",
    "-000044-03-15T12:00:00.000Z",
    "2024-01-02T03:04:05Z",
    "2024-01-02T03:04:05.123456Z",
    "2024-01-02T05:04:05+02:00",
    "no moment",
];

/// Points in time to the microsecond, around those that formulas name.
pub const INSTANTS: [&str; 9] = [
    "2024-01-02T03:04:05Z",
    "2024-01-02T03:04:05.000001Z",
    "2024-01-02T03:04:04.999999Z",
    "2024-01-02T00:00:00Z",
    "2024-01-01T23:59:59.999001Z",
    "1969-12-31T23:59:59.998999Z",
    "1970-01-01T00:00:00Z",
    "2024-02-29T12:00:00.0005Z",
    "2024-01-02T03:04:05.001Z",
];

/// Of one table.
pub const ROWS: u64 = 100;

pub fn record_id(number: u64) -> String {
    format!("rec{number:014}")
}

/// One of the list, or two of them beside each other, or a letter that no list has.
pub fn text(random: &mut Random) -> String {
    match random.below(8) {
        0 => format!("{}{}", random.one_of(&TEXTS), random.one_of(&TEXTS)),
        1 => char::from_u32(random.below(0x11_0000) as u32)
            .filter(|letter| *letter != '\0')
            .unwrap_or('x')
            .to_string(),
        _ => random.one_of(&TEXTS).to_owned(),
    }
}

/// One of the list, or a double of any bits.
pub fn number(random: &mut Random) -> f64 {
    match random.below(8) {
        0 => Some(f64::from_bits(random.draw())).filter(|number| number.is_finite()).unwrap_or(7.0),
        1 => random.below(20) as f64 - 10.0,
        _ => random.one_of(&NUMBERS),
    }
}
