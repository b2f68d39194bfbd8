//! Formulas by chance, most of them of what filters are made of.

use super::literals::{constant, literal, number, number_in_quotes, quoted, text, time};
use super::values;
use crate::random::Random;

const FIELDS: [&str; 10] = [
    "Text",
    "{Na\\}me}",
    "Number",
    "{fldAmount00000000}",
    "Done",
    "Day",
    "Moment",
    "Status",
    "Kind",
    "Other",
];
const COMPARISONS: [&str; 6] = ["=", "!=", "<", "<=", ">", ">="];

/// A filter that is nested so deep at most.
pub fn condition(random: &mut Random, depth: u64) -> String {
    if depth == 0 || random.once_in(3) {
        return leaf(random);
    }
    let mut inner = || condition(random, depth - 1);
    let parts = [inner(), inner(), inner()];
    let count = random.between(1, 3) as usize;
    match random.below(8) {
        0..=2 => format!("AND({})", parts[..count].join(", ")),
        3 | 4 => format!("OR({})", parts[..count].join(",")),
        5 | 6 => format!("NOT({})", parts[0]),
        _ => format!("IF({})", parts[..count.max(2)].join(", ")),
    }
}

fn leaf(random: &mut Random) -> String {
    match random.below(22) {
        0..=2 => compared(random, &["Text", "{Na\\}me}", "Other"], text),
        3 => compared(random, &["Number", "{fldAmount00000000}"], number),
        4 => compared(random, &["Number", "{fldAmount00000000}"], number_in_quotes),
        5 => compared(random, &["Done", "{Done}"], constant),
        6 | 7 => compared(random, &["Status", "Kind", "LOWER(Status)"], text),
        8 | 9 => compared(random, &["Day", "Moment", "CREATED_TIME()", "LAST_MODIFIED_TIME()"], time),
        10 | 11 => ordered_times(random),
        12 => in_one_unit(random),
        13 | 14 => search(random),
        15 => record(random),
        16 => random.one_of(&FIELDS).to_owned(),
        17 => cased(random),
        18 | 19 => compared(random, &FIELDS, literal),
        20 => compared(random, &FIELDS, |random| random.one_of(&FIELDS).to_owned()),
        _ => other(random),
    }
}

/// A subject and a value, with either first.
fn compared(random: &mut Random, subjects: &[&str], value: fn(&mut Random) -> String) -> String {
    let (subject, value) = (random.one_of(subjects), value(random));
    let operator = if random.once_in(2) { "=" } else { random.one_of(&COMPARISONS) };
    if random.once_in(4) {
        format!("{value} {operator} {subject}")
    } else {
        format!("{subject}{operator}{value}")
    }
}

/// Letters whose case Rust and Postgres may take differently are to meet.
fn cased(random: &mut Random) -> String {
    let content = values::text(random);
    let (function, content) =
        if random.once_in(2) { ("LOWER", content.to_lowercase()) } else { ("UPPER", content.to_uppercase()) };
    let subject = format!("{function}({})", random.one_of(&["Text", "{Na\\}me}"]));
    let literal = quoted(random, &content);
    match random.below(4) {
        0 => format!("FIND({literal}, {subject})"),
        1 => format!("{subject} {} {literal}", random.one_of(&COMPARISONS)),
        2 => format!("NOT({subject} != {literal})"),
        _ => format!("{subject} = {literal}"),
    }
}

fn ordered_times(random: &mut Random) -> String {
    let function = random.one_of(&["IS_AFTER", "IS_BEFORE", "IS_SAME"]);
    let subject = random.one_of(&["Day", "Moment", "CREATED_TIME()", "LAST_MODIFIED_TIME()"]);
    let value = time(random);
    let both = if random.once_in(3) { format!("{value}, {subject}") } else { format!("{subject}, {value}") };
    format!("{function}({both})")
}

fn in_one_unit(random: &mut Random) -> String {
    let subject = random.one_of(&["Day", "Moment", "CREATED_TIME()", "LAST_MODIFIED_TIME()"]);
    let unit =
        random.one_of(&["day", "day", "hour", "second", "ms", "week", "month", "quarter", "year", "no unit"]);
    format!("IS_SAME({subject}, {}, '{unit}')", time(random))
}

fn search(random: &mut Random) -> String {
    let function = random.one_of(&["FIND", "SEARCH"]);
    let subject = random.one_of(&[
        "Text",
        "{Na\\}me}",
        "LOWER(Text)",
        "UPPER({Na\\}me})",
        "Status",
        "Number",
        "Day",
        "Moment",
        "Other",
        "RECORD_ID()",
    ]);
    let sought = match random.below(5) {
        0 => random.one_of(&["'2024-01'", "'01-02'", "'.000Z'", "5", "''"]).to_owned(),
        1 => format!("LOWER({})", text(random)),
        _ => text(random),
    };
    let found = match random.below(3) {
        0 => format!("{function}({sought}, {subject}, {})", random.below(4)),
        _ => format!("{function}({sought},{subject})"),
    };
    match random.below(4) {
        0 => found,
        1 => format!("{found} > 0"),
        2 => format!("NOT({found})"),
        _ => format!(
            "{found}{}{}",
            random.one_of(&COMPARISONS),
            random.one_of(&["0", "1", "2", "1.5", "BLANK()"])
        ),
    }
}

fn record(random: &mut Random) -> String {
    let mut equal = || format!("RECORD_ID()='{}'", values::record_id(random.below(values::ROWS * 2)));
    let one = equal();
    let many: Vec<String> = std::iter::repeat_with(equal).take(100).collect();
    if random.once_in(2) { one } else { format!("OR({})", many.join(", ")) }
}

/// Of what is not narrowed, or only by blanks.
fn other(random: &mut Random) -> String {
    let (first, second) = (random.one_of(&FIELDS), random.one_of(&FIELDS));
    match random.below(8) {
        0 => format!("LEN({first}) > 1"),
        1 => format!("{first} & {second} = 'ab'"),
        2 => format!("{first} + 1 > {second}"),
        3 => format!("LEFT({first}, 1) = 'a'"),
        4 => format!("SWITCH({first}, 'a', 1, 5, 0, {second})"),
        5 => format!("ISERROR(DATEADD({first}, 1, 'day'))"),
        6 => format!("AND(ARRAYCOMPACT({first}), XOR({first}, {second}))"),
        _ => format!("DATETIME_DIFF(NOW(), {first}, 'days') > 5"),
    }
}
