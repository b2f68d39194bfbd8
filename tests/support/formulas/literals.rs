//! Values that are the same for all rows, as formulas write them.

use super::values;
use crate::random::Random;

pub fn literal(random: &mut Random) -> String {
    let of = [text, number, time, constant];
    random.one_of(&of)(random)
}

pub fn text(random: &mut Random) -> String {
    if random.once_in(12) {
        return "''".to_owned();
    }
    let mut content = values::text(random);
    if random.once_in(20) {
        content.push('\0');
    }
    quoted(random, &content)
}

pub fn quoted(random: &mut Random, content: &str) -> String {
    let quote = if random.once_in(2) { '\'' } else { '"' };
    let escaped = content.replace('\\', "\\\\").replace(quote, &format!("\\{quote}"));
    format!("{quote}{escaped}{quote}")
}

pub fn number(random: &mut Random) -> String {
    format!("{}", values::number(random))
}

pub fn number_in_quotes(random: &mut Random) -> String {
    format!("'{}'", values::number(random))
}

pub fn constant(random: &mut Random) -> String {
    let all = [
        "TRUE()",
        "FALSE()",
        "BLANK()",
        "0",
        "1",
        "''",
        "1/0",
        "0/0",
        "-1/0",
        "'a' & 'b'",
        "ERROR()",
        "LEN('abc')",
    ];
    random.one_of(&all).to_owned()
}

pub fn time(random: &mut Random) -> String {
    let text = match random.below(3) {
        0 => random.one_of(&values::DAYS),
        1 => random.one_of(&values::MOMENTS),
        _ => random.one_of(&values::INSTANTS),
    };
    match random.below(6) {
        0 => format!("'{text}'"),
        1 => "NOW()".to_owned(),
        2 => format!("DATEADD(TODAY(), {}, 'days')", random.below(100)),
        _ => format!("DATETIME_PARSE('{text}')"),
    }
}
