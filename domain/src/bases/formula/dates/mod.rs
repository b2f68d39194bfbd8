//! Reading, writing and reckoning with dates.

pub mod parsing;
pub mod pattern;
pub mod reading;
pub mod reckoning;
pub mod spoken;
pub mod unit;
pub mod week;
pub mod workdays;
pub mod writing;

pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// The month of which a text is the name, or its first three letters at least.
pub fn month_of(text: &str) -> Option<i8> {
    let text = text.to_lowercase();
    let named = |name: &str| text.len() >= 3 && name.to_lowercase().starts_with(&text);
    let index = MONTHS.iter().position(|name| named(name))?;
    i8::try_from(index + 1).ok()
}
